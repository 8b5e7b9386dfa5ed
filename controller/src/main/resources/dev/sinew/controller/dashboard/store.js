// SPDX-License-Identifier: Apache-2.0
// What the page knows: the run, its points as columns, its events. Bounded like the controller's own store.
'use strict';

sinew.store = (() => {
  const KEYS = [
    'at', 'offered', 'ok', 'failed', 'p50', 'p99', 'desired', 'ready', 'warming', 'draining',
    'utilization',
  ];
  const MOST_POINTS = 12000;
  const MOST_EVENTS = 1000;
  const store = { run: null, columns: {}, events: [], MOST_EVENTS };

  store.clearPoints = () => {
    for (const key of KEYS) store.columns[key] = [];
  };

  store.clearEvents = () => {
    store.events = [];
  };

  /** Whether an event of this run is new to the page, which may have heard of it before a reconnection. */
  store.unseen = (event) => !store.events.some(({ label }) => label === event.label);

  /** Appends points that are later than what is there. */
  store.addPoints = (points) => {
    const { at } = store.columns;
    points.at.forEach((time, i) => {
      if (at.length > 0 && time <= at[at.length - 1]) return;
      for (const key of KEYS) store.columns[key].push(scaled(key, points[key][i]));
    });
  };

  /** A logarithmic axis has no zero: what is under a tenth of a millisecond is shown as that. */
  function scaled(key, value) {
    if (value === null || value === undefined) return null;
    if (key === 'utilization') return 100 * value;
    return key === 'p50' || key === 'p99' ? Math.max(0.1, value) : value;
  }

  store.addEvents = (events) => {
    store.events.push(...events);
    store.events.splice(0, Math.max(0, store.events.length - MOST_EVENTS));
  };

  /** Whether it is time to ask the controller for its down-sampled history again. */
  store.full = () => store.columns.at.length > MOST_POINTS;

  store.clearPoints();
  return store;
})();
