// The one place where all rooms meet. It only composes: every verb lives in the class it belongs to.

import type { ProjectId } from '#lib/core/project.ts';
import { EngineClient } from '#lib/engine/client.ts';
import { openStore } from '#lib/storage/open-store.ts';
import type { ProjectStore } from '#lib/storage/store.ts';
import { BackboneComparison } from './backbone-comparison.svelte.ts';
import { Actions } from './actions.svelte.ts';
import { Camera } from './camera.svelte.ts';
import { Capture } from './capture.svelte.ts';
import { nowMs } from './clock.ts';
import { Coach } from './coach.svelte.ts';
import { Dismissals } from './dismissals.svelte.ts';
import { EngineSamples } from './engine-samples.svelte.ts';
import { Engine } from './engine.svelte.ts';
import { Evaluating } from './evaluation.svelte.ts';
import { Exchange } from './exchange.svelte.ts';
import { Explain } from './explain.svelte.ts';
import { ExportChoices } from './export-choices.svelte.ts';
import { FeatureMaps } from './feature-maps.svelte.ts';
import { Gestures } from './gestures.svelte.ts';
import { KeptHeads } from './kept-heads.ts';
import { LessonPicture } from './lesson-picture.svelte.ts';
import { Live } from './live.svelte.ts';
import { Model } from './model.svelte.ts';
import { NetworkLook } from './network-look.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Pictures } from './pictures.svelte.ts';
import { OpenProject } from './project.svelte.ts';
import { keptDays, Projects } from './projects.svelte.ts';
import { Race } from './race.svelte.ts';
import { Reporting } from './report.svelte.ts';
import { RuntimeFiles } from './runtime-files.ts';
import { Scanning } from './scanning.svelte.ts';
import { SampleGrids } from './sample-grids.ts';
import { SampleMap } from './sample-map.svelte.ts';
import { Saver } from './saver.svelte.ts';
import { ScratchNetwork } from './scratch-network.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { StorageUse } from './storage-use.svelte.ts';
import { Tabs } from './tabs.svelte.ts';
import { Undoing } from './undoing.svelte.ts';
import { Updates } from './updates.svelte.ts';
import { UnknownMinute } from './unknown-minute.svelte.ts';

export class Workspace {
  readonly notices: Notices;
  readonly settings: Settings;
  readonly saver: Saver;
  readonly pictures: Pictures;
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly samples: EngineSamples;
  readonly model: Model;
  readonly camera: Camera;
  readonly capture: Capture;
  readonly tabs: Tabs;
  readonly live: Live;
  readonly gestures: Gestures;
  readonly actions: Actions;
  readonly scanning: Scanning;
  readonly lessonPicture: LessonPicture;
  readonly featureMaps: FeatureMaps;
  readonly scratch: ScratchNetwork;
  readonly networkLook: NetworkLook;
  readonly race: Race;
  readonly explain: Explain;
  readonly projects: Projects;
  readonly undoing: Undoing;
  readonly exchange: Exchange;
  readonly exports: ExportChoices;
  readonly evaluation: Evaluating;
  readonly sampleMap: SampleMap;
  readonly reporting: Reporting;
  readonly backbones: BackboneComparison;
  readonly updates: Updates;
  readonly dismissals: Dismissals;
  readonly coach: Coach;
  readonly unknownMinute: UnknownMinute;
  readonly storageUse: StorageUse;
  #store: ProjectStore;

  constructor(store: ProjectStore, notices: Notices, modelsUrl: string) {
    this.#store = store;
    this.notices = notices;
    this.settings = new Settings(store, notices);
    this.saver = new Saver(store, notices);
    this.storageUse = new StorageUse(store, this.saver, notices);
    this.pictures = new Pictures(store, this.saver);
    const client = new EngineClient();
    this.engine = new Engine(client, modelsUrl, this.settings, notices, async () => {
      const read = await store.readBackbones();
      if (!read.ok) notices.report(read.failure);
      return read.ok ? read.value : [];
    });
    this.open = new OpenProject(this.saver);
    const { engine, open, saver, pictures } = this;
    const sources = { store, saver, pictures, client };
    this.samples = new EngineSamples(engine, sources);
    const kept = new KeptHeads(store);
    this.model = new Model(engine, open, this.samples, kept, notices);
    this.camera = new Camera(this.settings, notices);
    const { camera, model, settings } = this;
    this.capture = new Capture({ engine, camera, open, model, notices });
    this.tabs = new Tabs({
      store,
      saver,
      open,
      capture: this.capture,
      notices,
      busy: () => this.capture.busy || this.saver.status !== 'saved' || this.exchange.job !== null,
      hidden: () => document.visibilityState === 'hidden',
    });
    this.updates = new Updates({ saver, capture: this.capture, notices });
    this.live = new Live({ engine, camera, open, model, settings, notices });
    this.gestures = new Gestures(this.live, open);
    const { capture: recorder, gestures } = this;
    const acting = { camera, capture: recorder, gestures, open, pictures, settings, notices };
    this.actions = new Actions(acting);
    this.scanning = new Scanning({ camera, capture: recorder, gestures, model, open, notices });
    this.lessonPicture = new LessonPicture({ camera, open, pictures });
    this.featureMaps = new FeatureMaps({ lessonPicture: this.lessonPicture, notices });
    const grids = new SampleGrids(client, pictures);
    this.scratch = new ScratchNetwork({ engine, open, grids, notices });
    const { lessonPicture, scratch } = this;
    this.networkLook = new NetworkLook({ engine, lessonPicture, scratch });
    this.race = new Race({ engine, open, sources, grids, scratch, notices });
    this.explain = new Explain({ engine, lessonPicture, model, notices });
    this.projects = new Projects({ store, saver, open, model, engine, settings, notices });
    const { projects, capture } = this;
    this.undoing = new Undoing({ open, projects, capture, saver, notices });
    this.evaluation = new Evaluating({ engine, open, model, notices });
    this.sampleMap = new SampleMap({ engine, open, model, sources, notices });
    const createClient = (): EngineClient => new EngineClient();
    this.backbones = new BackboneComparison({ engine, open, sources, notices, createClient });
    this.dismissals = new Dismissals(settings, open);
    const { dismissals } = this;
    this.coach = new Coach({ engine, open, model, capture, pictures, dismissals });
    const { live, evaluation } = this;
    this.reporting = new Reporting({ engine, open, evaluation, live });
    this.unknownMinute = new UnknownMinute({ engine, camera, open, live, notices });
    this.exports = new ExportChoices({ engine, open, model, notices });
    this.exchange = new Exchange({
      ...{ sources, engine, open, model, kept, projects, notices },
      runtime: new RuntimeFiles(modelsUrl),
    });
  }

  /** Brings back where the person left off, or the project of a link; then the camera and the engine; the app itself is kept when all that is done. */
  async start(linked: ProjectId | null): Promise<void> {
    this.updates.announce();
    await this.#startWork(linked);
    await this.updates.start();
  }

  async #startWork(linked: ProjectId | null): Promise<void> {
    await this.settings.load();
    // Neither project nor camera waits for the network.
    const { project } = await this.projects.resume(linked);
    void this.camera.start();
    if (!(await this.engine.start(project.backboneId === '' ? null : project.backboneId))) return;
    await this.model.load();
    this.live.start();
    void this.#store.purge({ deletedUntilMs: nowMs() - keptDays * 86_400_000 });
    await this.storageUse.read();
  }

  /** Whether what is taught outlives the tab. */
  get keeps(): boolean {
    return this.#store.kind === 'indexeddb';
  }

  dispose(): void {
    this.updates.dispose();
    this.tabs.dispose();
    this.storageUse.dispose();
    this.live.stop();
    this.camera.dispose();
    this.engine.client.dispose();
    this.#store.close();
  }
}

/** Opens storage and composes the workspace. */
export async function openWorkspace(modelsUrl: string): Promise<Workspace> {
  const notices = new Notices();
  const { store, failure } = await openStore();
  if (failure) notices.report(failure);
  return new Workspace(store, notices, modelsUrl);
}
