// A project with thousands of samples, made in the page and put into its database as the app would have left it there.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { emptyProject, type Project } from '../../src/lib/core/project.ts';

export interface ManySamples {
  readonly name: string;
  /** Shots of each class, which are called Class 001, Class 002 and so on. */
  readonly shots: readonly number[];
  readonly samplesATake: number;
}

/** No name is the beginning of another one. */
export const nthClass = (number: number): string => `Class ${String(number).padStart(3, '0')}`;

interface Seed {
  readonly project: Project;
  readonly shots: readonly number[];
  readonly samplesATake: number;
  readonly embeddingSize: number;
}

/** Puts the project in place of whatever was open last. Leaves the page on a file of the site, not on the app. */
export async function seedManySamples(page: Page, wanted: ManySamples): Promise<void> {
  // The app makes the database; then a page without the app, so that nobody else has it open.
  await page.goto('./');
  await page.getByText('Computed by').waitFor({ timeout: 60_000 });
  await page.goto('./models/catalogue.json');
  const { id, embeddingSize } = ownBackbone();
  const classes = wanted.shots.map((_, i) => {
    return { id: `class-${i}`, name: nthClass(i + 1), colour: i % 12, enabled: true };
  });
  const project = { ...emptyProject('many-samples', wanted.name, id, 1000), classes };
  const { shots, samplesATake } = wanted;
  // tsx wraps every function in a call of this name, which the page does not know.
  await page.evaluate('globalThis.__name ??= (work) => work');
  await page.evaluate(writeSeed, { project, shots, samplesATake, embeddingSize });
}

function ownBackbone(): { id: string; embeddingSize: number } {
  const folder = '../../static/models/handful-mobilenet-v2-0.50-160/model.json';
  const text = readFileSync(new URL(folder, import.meta.url), 'utf8');
  const model = JSON.parse(text) as { name: string; version: string; embedding: number };
  return { id: `${model.name}@${model.version}`, embeddingSize: model.embedding };
}

/** Runs in the page. Self-contained: it is sent there as text. */
async function writeSeed({ project, shots, samplesATake, embeddingSize }: Seed): Promise<void> {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };

  const picture = async (classIndex: number, variant: number): Promise<Uint8Array> => {
    const canvas = new OffscreenCanvas(256, 256);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('No canvas.');
    context.fillStyle = `hsl(${(classIndex * 47) % 360} 60% ${30 + variant * 5}%)`;
    context.fillRect(0, 0, 256, 256);
    for (let i = 0; i < 60; i += 1) {
      context.fillStyle = `hsl(${random() * 360} 50% 50%)`;
      context.fillRect(random() * 256, random() * 256, 60 * random(), 60 * random());
    }
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    return new Uint8Array(await blob.arrayBuffer());
  };

  // Near a centre of its class, not negative and about half of it zero, as a pooled output after ReLU is.
  const centre = (): Float32Array =>
    Float32Array.from({ length: embeddingSize }, () => Math.max(0, random() - 0.5));
  const near = (middle: Float32Array): Float32Array<ArrayBuffer> =>
    Float32Array.from(middle, (value) => Math.max(0, value + 0.4 * (random() - 0.5)));

  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('handful');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(new Error(String(opening.error)));
  });
  const write = (work: (of: (name: string) => IDBObjectStore) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const names = ['projects', 'samples', 'images', 'embeddings', 'settings'];
      const transaction = database.transaction(names, 'readwrite');
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(new Error(String(transaction.error)));
      work((name) => transaction.objectStore(name));
    });

  await write((store) => {
    store('settings').clear();
    store('projects').put({ id: project.id, project, state: 'open', changedAtMs: 1000 });
  });
  let capturedAtMs = 1000;
  for (const [classIndex, count] of shots.entries()) {
    const variants = await Promise.all([0, 1, 2, 3].map((n) => picture(classIndex, n)));
    const middle = centre();
    for (let from = 0; from < count; from += 250) {
      await write((store) => {
        for (let n = from; n < Math.min(count, from + 250); n += 1) {
          const sampleId = crypto.randomUUID();
          capturedAtMs += 1;
          const sample = {
            id: sampleId,
            classId: `class-${classIndex}`,
            takeId: `take-${classIndex}-${Math.floor(n / samplesATake)}`,
            capturedAtMs,
            source: 'camera',
            sizePx: 256,
          };
          store('samples').put({ id: sampleId, projectId: project.id, sample });
          store('images').put(variants[n % variants.length], sampleId);
          const backboneId = project.backboneId;
          const values = near(middle);
          store('embeddings').put({ backboneId, sampleId, projectId: project.id, values });
        }
      });
    }
  }
  database.close();
}
