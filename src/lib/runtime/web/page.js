// This page loads the model beside it, opens the camera, and tells what is entered and left. Change it as you like.
import { load } from './handful-runtime.js';

const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const video = /** @type {HTMLVideoElement} */ (find('camera'));
const start = /** @type {HTMLButtonElement} */ (find('start'));
const check = /** @type {HTMLButtonElement} */ (find('check'));
const answer = find('answer');

/** Shows words only when they change: a screen reader speaks them once. */
const say = (/** @type {string} */ words) => {
  if (answer.textContent !== words) answer.textContent = words;
};

try {
  const model = await load('model/');
  const meters = model.labels.map(addMeter);
  say('Ready.');
  start.disabled = check.disabled = false;
  start.addEventListener('click', () => void watch(model, meters));
  check.addEventListener('click', () => void checkModel(model));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
}

/** A bar for a class. */
function addMeter(/** @type {string} */ label) {
  const meter = document.createElement('meter');
  const row = document.createElement('label');
  row.append(label, meter);
  const item = document.createElement('li');
  item.append(row);
  find('classes').append(item);
  return meter;
}

/** Opens the camera, shows how sure the model is of each class, and tells what is held. */
async function watch(
  /** @type {import('./handful-runtime.js').Model} */ model,
  /** @type {HTMLMeterElement[]} */ meters,
) {
  start.disabled = true;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
    await video.play();
  } catch (error) {
    say(`The camera could not be opened (${String(error)}).`);
    start.disabled = false;
    return;
  }
  model.watch(video, {
    onFrame({ classes }) {
      for (const [i, meter] of meters.entries()) meter.value = classes[i]?.probability ?? 0;
    },
    // Put here what a gesture is to do. `label` is null for none of these.
    onEnter({ label }) {
      say(label ?? 'None of these');
    },
    onLeave({ label, heldMs }) {
      say('Looking …');
      find('left').textContent =
        `Before that: ${label ?? 'none of these'}, for ${(heldMs / 1000).toFixed(1)} s.`;
    },
    onError: (error) => say(String(error)),
  });
}

/** Runs the pictures that came with the model. */
async function checkModel(/** @type {import('./handful-runtime.js').Model} */ model) {
  const { pictures, largestDifference, passed } = await model.selfTest();
  find('checked').textContent =
    `${passed ? 'Says the same' : 'Says something else'} as Handful on ${pictures} pictures ` +
    `(largest difference ${largestDifference.toPrecision(2)}).`;
}
