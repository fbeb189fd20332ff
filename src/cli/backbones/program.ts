// `npm run backbone -- <verb>`: which networks a site has, for whoever hosts it.

import type { Program } from '../main.ts';
import { addVerb } from './add.ts';
import { listVerb, removeVerb, verifyVerb } from './installed.ts';
import { ModelsFolder } from './models-folder.ts';

/** The program for the folder of models at `path`. */
export function backboneProgram(path: string): Program {
  const models = new ModelsFolder(path);
  return {
    name: 'npm run backbone --',
    about: 'Backbones of this site',
    verbs: [addVerb(models), listVerb(models), removeVerb(models), verifyVerb(models)],
  };
}
