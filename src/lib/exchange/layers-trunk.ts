// A layers model without classes, such as the MobileNet that Teachable Machine starts from, as a backbone of Handful's format.

import * as v from 'valibot';
import type { InstalledBackbone } from '#lib/core/backbone.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { NetworkRefusal } from './folded-network.ts';
import { readLayersTrunk } from './layers-model.ts';
import { readModelTensors, TensorShelf } from './model-tensors.ts';
import { backboneFrom } from './network-backbone.ts';
import { checked, issueWords } from './schema.ts';
import { badFile, type Archive } from './zip.ts';

const modelSchema = v.object({ modelTopology: v.looseObject({}), weightsManifest: v.unknown() });

/** Reads `model.json` and its weights. Fails with `bad-file`. */
export async function readLayersBackbone(archive: Archive): Promise<Result<InstalledBackbone>> {
  const { fileName } = archive;
  const json = await archive.json('model.json');
  if (!json.ok) return json;
  const model = checked(modelSchema, json.value);
  if (!model.success) {
    return fail(badFile(fileName, `is no layers model (${issueWords(model.issues)}).`));
  }
  const tensors = await readModelTensors(archive, model.output.weightsManifest);
  if (!tensors.ok) return tensors;
  try {
    const network = readLayersTrunk(model.output.modelTopology, new TensorShelf(tensors.value));
    const backbone = await backboneFrom(network);
    return backbone
      ? succeed(backbone.installed)
      : fail(badFile(fileName, 'is damaged (its weights are not usable numbers).'));
  } catch (error) {
    if (error instanceof NetworkRefusal) return fail(badFile(fileName, error.message));
    throw error;
  }
}
