// SPDX-License-Identifier: Apache-2.0
// Numbers, times and elements. Unknown (null) is shown as a dash, never as zero.
'use strict';
const sinew = {};

sinew.format = (() => {
  const UNKNOWN = '–';
  const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
  const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

  function number(value) {
    if (!known(value)) return UNKNOWN;
    return Math.abs(value) < 10 ? tenths.format(value) : whole.format(value);
  }

  function percent(share) {
    return known(share) ? `${number(100 * share)} %` : UNKNOWN;
  }

  /** Seconds since the run's start as m:ss or h:mm:ss. */
  function clock(seconds) {
    if (!known(seconds)) return UNKNOWN;
    const all = Math.floor(seconds + 0.001);
    const two = (n) => String(n).padStart(2, '0');
    const hours = Math.floor(all / 3600);
    const minutes = Math.floor(all / 60) % 60;
    return hours > 0 ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
  }

  function age(seconds) {
    if (!known(seconds)) return UNKNOWN;
    if (seconds < 120) return `${whole.format(seconds)} s`;
    if (seconds < 7200) return `${whole.format(Math.floor(seconds / 60))} min`;
    return seconds < 172800
      ? `${whole.format(Math.floor(seconds / 3600))} h`
      : `${whole.format(Math.floor(seconds / 86400))} d`;
  }

  return { known, number, percent, clock, age, UNKNOWN };
})();

/** Makes an element; text only ever goes in as text. */
sinew.element = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === 'class') element.className = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
};

/** A text from outside, kept apart from its surroundings whatever its direction. */
sinew.name = (text, attributes) => {
  const bdi = sinew.element('bdi', attributes);
  bdi.textContent = text;
  return bdi;
};

/** The banners over a page: troubles need somebody, notes say what somebody wanted. */
sinew.notices = (troubles, notes) => {
  const holder = document.getElementById('notices');
  const wanted = JSON.stringify([troubles, notes]);
  if (holder.dataset.shown === wanted) return;
  holder.dataset.shown = wanted;
  holder.replaceChildren(
    ...troubles.map((text) => sinew.element('p', { class: 'banner trouble' }, sinew.name(text))),
    ...notes.map((text) => sinew.element('p', { class: 'banner note' }, sinew.name(text))));
};
