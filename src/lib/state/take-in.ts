// What was opened goes to where it belongs, each kind in its own way.

import type { Result } from '#lib/core/failure.ts';
import { inBursts } from '#lib/exchange/bursts.ts';
import type { OpenedFile } from '#lib/exchange/open-file.ts';
import { filmFeed } from './film-feed.ts';
import { importProject, importSamples } from './import-file.ts';
import { importHead, importKnn, importModel } from './import-model.ts';
import type { ImportAnswer, Imported, ImportParts } from './import-parts.ts';
import { pictureFeed, projectFeed } from './sample-feed.ts';
import type { StageContext } from './staging.ts';

export async function takeIn(
  parts: ImportParts,
  { content, name }: OpenedFile,
  { place, burst }: ImportAnswer,
  context: StageContext,
): Promise<Result<Imported>> {
  const { engine, open } = parts;
  const wish = { name, place };
  const feedParts = {
    client: engine.client,
    backboneId: engine.ready?.backbone.id ?? '',
    startMs: open.nextCaptureMs(),
  };
  switch (content.kind) {
    case 'head':
      return importHead(parts, content, name);
    case 'tm-model':
      return importModel(parts, content.model, name);
    case 'knn':
      return importKnn(parts, content.data, name);
    case 'project':
      return place.kind === 'new'
        ? importProject(parts, content.file, context)
        : importSamples(
            parts,
            projectFeed(content.file, engine.ready?.backbone ?? null),
            wish,
            context,
          );
    case 'tm-project':
    case 'folders':
    case 'pictures':
      return importSamples(
        parts,
        pictureFeed(burst === null ? content.set : inBursts(content.set, burst), feedParts),
        wish,
        context,
      );
    case 'video': {
      const framesPerSecond = open.project?.capture.framesPerSecond ?? 1;
      const feed = await filmFeed(content, { ...feedParts, name, framesPerSecond }, context.signal);
      if (!feed.ok) return feed;
      try {
        const imported = await importSamples(parts, feed.value, wish, context);
        if (!imported.ok) return imported;
        const warnings = [...imported.value.warnings, ...feed.value.warnings()];
        return { ok: true, value: { ...imported.value, warnings } };
      } finally {
        feed.value.close();
      }
    }
  }
}
