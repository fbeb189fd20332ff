// Where menus, lists and tooltips are put into the page.

/**
 * The page's `<main>`, so that what floats stays inside a landmark; the body where a page has none.
 * Nothing between it and the root may clip or make a stacking context below `--layer-float`.
 */
export function floatTarget(): Element {
  return document.querySelector('main') ?? document.body;
}
