// SPDX-License-Identifier: Apache-2.0
// The list of what happened, newest first. A line and its marker on the charts light up together.
'use strict';

sinew.events = (() => {
  const list = () => document.getElementById('events');
  const KINDS = { decision: 'Decision', fault: 'Fault', event: 'Event' };
  let pinned = null;

  function item(event) {
    const flag = sinew.element('span', { class: `flag ${event.kind}` }, event.label);
    const time = sinew.element('span', { class: 'time' }, sinew.format.clock(event.at));
    const kind = sinew.element('span', { class: 'hidden' }, `${KINDS[event.kind]} at `);
    const button = sinew.element('button', { type: 'button', 'aria-pressed': 'false' }, flag, ' ', kind, time, ' ');
    if (event.from !== undefined) {
      button.append(sinew.element('b', { class: 'change' }, change(event)), ' ');
    }
    button.append(sinew.name(event.text, { class: 'text' }));
    button.addEventListener('mouseenter', () => mark(event.label));
    button.addEventListener('mouseleave', () => mark(pinned));
    button.addEventListener('focus', () => mark(event.label));
    button.addEventListener('blur', () => mark(pinned));
    button.addEventListener('click', () => pin(event.label));
    return sinew.element('li', { class: event.kind, 'data-label': event.label }, button);
  }

  function change({ from, to }) {
    return from === to ? `stays at ${to}` : `${from} → ${to}`;
  }

  function pin(label) {
    pinned = pinned === label ? null : label;
    for (const button of list().querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.parentElement.dataset.label === pinned));
    }
    mark(label);
  }

  function mark(label) {
    for (const line of list().children) line.classList.toggle('marked', line.dataset.label === label);
    sinew.plots.mark(label);
  }

  /** Adds lines for new events; `most` is how many the store keeps. */
  function add(added, most, aloud) {
    for (const event of added) list().prepend(item(event));
    while (list().children.length > most) list().lastElementChild.remove();
    document.getElementById('events-none').hidden = list().children.length > 0;
    if (aloud && added.length > 0) announce(added);
  }

  function announce(added) {
    const decisions = added.filter((event) => event.kind !== 'event');
    if (decisions.length === 0) return;
    const last = decisions[decisions.length - 1];
    const others = decisions.length > 1 ? `${decisions.length - 1} more, then: ` : '';
    document.getElementById('announce').textContent = `${others}${KINDS[last.kind]}: ${last.text}`;
  }

  function clear() {
    pinned = null;
    list().replaceChildren();
    document.getElementById('events-none').hidden = false;
  }

  function start() {
    sinew.markers.onHover((label) => {
      mark(label || pinned);
      const line = [...list().children].find((child) => child.dataset.label === label);
      if (line) list().scrollTop = line.offsetTop - list().offsetTop - list().clientHeight / 2;
    });
  }

  return { start, add, clear };
})();
