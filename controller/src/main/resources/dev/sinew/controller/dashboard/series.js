// SPDX-License-Identifier: Apache-2.0
// What each chart shows. Where calls are not watched from their clients' side there is no latency: then
// utilization takes its place. Colours follow Okabe and Ito, and never carry the meaning alone: lines differ in
// dash and width too. The colours themselves are custom properties of the style sheet, one set per theme.
'use strict';

sinew.colour = (() => {
  const known = new Map();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => known.clear());
  return (name) => {
    if (!known.has(name)) {
      const style = getComputedStyle(document.documentElement);
      known.set(name, style.getPropertyValue(`--${name}`).trim());
    }
    return known.get(name);
  };
})();

sinew.charts = [
  {
    id: 'traffic',
    title: 'Traffic',
    unit: 'calls per second',
    height: 1.25,
    series: [
      { key: 'offered', label: 'offered', dash: [7, 4], width: 1.5 },
      { key: 'ok', label: 'succeeded', dash: [], width: 2, fill: true },
      { key: 'failed', label: 'failed', dash: [], width: 2.5, fill: true },
    ],
  },
  {
    id: 'fleet',
    title: 'Replicas',
    unit: 'number of replicas',
    height: 1,
    whole: true,
    stepped: true,
    series: [
      { key: 'desired', label: 'desired', dash: [7, 4], width: 1.5 },
      { key: 'ready', label: 'ready', dash: [], width: 2, fill: true },
      { key: 'warming', label: 'warming up', dash: [2, 3], width: 2.5, seldom: true },
      { key: 'draining', label: 'draining', dash: [8, 3, 2, 3], width: 2, seldom: true },
    ],
  },
  {
    id: 'utilization',
    title: 'Utilization',
    unit: 'percent of what the replicas can do',
    height: 1,
    timed: true,
    series: [{ key: 'utilization', label: 'mean of the replicas that report', dash: [], width: 2, fill: true }],
  },
  {
    id: 'latency',
    title: 'Latency',
    unit: 'milliseconds, logarithmic',
    height: 1.1,
    logarithmic: true,
    objective: true,
    timed: true,
    series: [
      { key: 'p50', label: 'p50 (half of the calls are faster)', dash: [6, 3], width: 1.5 },
      { key: 'p99', label: 'p99 (1 % of the calls are slower)', dash: [], width: 2 },
    ],
  },
];

/** The axes' divisions: round times, round numbers, 1-2-5 on the logarithmic one. */
sinew.axes = (() => {
  const TIMES = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
    172800, 604800,
  ];

  /** Long times in hours or hours and minutes, short ones in minutes and seconds. */
  function timeUnit(u, step) {
    if (step >= 3600) return 'hours';
    return step >= 60 && u.scales.x.max >= 3600 ? 'h:min' : 'min:s';
  }

  function timeValues(u, splits, axis, space, step) {
    const per = { hours: 3600, 'h:min': 60, 'min:s': 1 }[timeUnit(u, step)];
    return splits.map((at) => (per === 3600 ? String(at / per) : sinew.format.clock(at / per)));
  }

  const timeLabel = (u, axis, step) => `time since the start, ${timeUnit(u, step)}`;

  function logarithmic(u, axis, min, max) {
    const splits = [];
    const wide = max / min > 300;
    for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
      for (const step of wide ? [1] : [1, 2, 5]) {
        const value = step * 10 ** power;
        if (value >= min * 0.999 && value <= max * 1.001) splits.push(value);
      }
    }
    return splits;
  }

  function logarithmicRange(u, min, max, objective) {
    const low = Math.min(min > 0 ? min : 1, objective || Infinity);
    const high = Math.max(max > 0 ? max : 10, (objective || 0) * 1.5);
    return [round(low * 0.9, [5, 2, 1], (step, value) => step <= value),
      round(high * 1.1, [1, 2, 5, 10], (step, value) => step >= value)];
  }

  /** The first of some steps times a power of ten that will do. */
  function round(value, steps, will) {
    const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
    return power * steps.find((step) => will(step, value / power));
  }

  return { TIMES, timeValues, timeLabel, logarithmic, logarithmicRange };
})();
