// The largest difference of any probability, as people read it.

export const differenceWords = (value: number): string =>
  value === 0 ? 'none at all' : value < 1e-6 ? 'under 0.000001' : value.toPrecision(2);
