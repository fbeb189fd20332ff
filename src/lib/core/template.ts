// Ready-made classes for an empty project.

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly classNames: readonly string[];
}

export const templates: readonly Template[] = [
  {
    id: 'thumbs',
    name: 'Thumbs up / Thumbs down',
    description: 'Two hand gestures. The classic first project.',
    classNames: ['Thumbs up', 'Thumbs down'],
  },
  {
    id: 'smile',
    name: 'Smile / Frown',
    description: 'Two faces you make. Nothing leaves this computer.',
    classNames: ['Smile', 'Frown'],
  },
  {
    id: 'empty',
    name: 'Your own classes',
    description: 'Start with two empty classes and name them yourself.',
    classNames: ['Class 1', 'Class 2'],
  },
];
