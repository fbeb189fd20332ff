import { describe, expect, test } from 'vitest';

import { cleanSettings, defaultSettings } from './settings.ts';

describe('device settings as they were stored', () => {
  test('what was dismissed is kept by project; anything else there is dropped', () => {
    const stored = { dismissed: { p: ['advice few-takes', 7, null], q: 'no list' }, heatMap: true };
    expect(cleanSettings(stored)).toEqual({
      ...defaultSettings,
      heatMap: true,
      dismissed: { p: ['advice few-takes'] },
    });
  });

  test('settings of an older version, or none at all, are the defaults', () => {
    expect(cleanSettings({ theme: 'dark' })).toEqual({ ...defaultSettings, theme: 'dark' });
    expect(cleanSettings(null)).toEqual(defaultSettings);
    expect(cleanSettings({ dismissed: 3 })).toEqual(defaultSettings);
  });
});
