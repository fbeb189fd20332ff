// One static page a lesson.
import { lessons } from '#lib/components/learn/lessons.ts';
import type { EntryGenerator } from './$types';

export const entries: EntryGenerator = () => lessons.map(({ slug }) => ({ lesson: slug }));
