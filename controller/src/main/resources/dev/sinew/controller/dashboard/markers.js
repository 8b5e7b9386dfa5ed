// SPDX-License-Identifier: Apache-2.0
// What happened, as vertical lines through all charts and as labelled flags above them. Each kind has its
// own line style, flag shape, letter and lane, so that neither colour nor luck is needed to tell them apart.
'use strict';

sinew.markers = (() => {
  const DASHES = { decision: [], fault: [6, 4], event: [2, 4] };
  const WIDTHS = { event: 1, decision: 1.25, fault: 2 };
  const LANES = ['decision', 'fault', 'event'];
  const CROWD = 40;
  let events = [];
  let marked = null;
  let shown = '';
  let listener = () => {};

  /** A uPlot plugin that draws the lines, beneath the series. */
  function plugin() {
    return { hooks: { drawClear: [draw] } };
  }

  function draw(u) {
    const { ctx, bbox } = u;
    const ratio = uPlot.pxRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const inView = events.filter(({ at }) => at >= u.scales.x.min && at <= u.scales.x.max);
    const faint = inView.length > CROWD ? 0.3 : 0.75;
    for (const event of inView.sort((a, b) => WIDTHS[a.kind] - WIDTHS[b.kind])) {
      const x = Math.round(u.valToPos(event.at, 'x', true)) + 0.5;
      ctx.strokeStyle = sinew.colour(event.kind);
      ctx.globalAlpha = event.label === marked ? 1 : event.kind === 'fault' ? Math.min(1, faint + 0.25) : faint;
      ctx.lineWidth = (WIDTHS[event.kind] + (event.label === marked ? 2 : 0)) * ratio;
      ctx.setLineDash(DASHES[event.kind].map((part) => part * ratio));
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Flags that would overlap become one that says how many more there are. */
  function clusters(u, kind) {
    const found = [];
    const width = u.over.clientWidth;
    for (const event of events) {
      if (event.kind !== kind) continue;
      const x = u.valToPos(event.at, 'x');
      if (!(x >= 0 && x <= width)) continue;
      const last = found[found.length - 1];
      if (last && x - last.x < flagWidth(last)) last.events.push(event);
      else found.push({ x, events: [event] });
    }
    return found;
  }

  function name({ events: its }) {
    const more = its.length - 1;
    return more > 0 ? `${its[0].label}–${its[more].label.slice(1)}` : its[0].label;
  }

  /** In pixels, a little more than it needs. */
  const flagWidth = (cluster) => 16 + 7.5 * name(cluster).length;

  /** Flags over the chart; left alone where they would be the same, as a pointer may rest on one. */
  function flags(u, strip) {
    const left = u.over.offsetLeft;
    const lanes = LANES.map((kind) => [kind, clusters(u, kind)]);
    const wanted = JSON.stringify([left, strip.clientWidth,
      lanes.map(([, found]) => found.map(({ x, events: its }) => [x, its.length, its[0].label]))]);
    if (wanted === shown) return;
    shown = wanted;
    strip.replaceChildren();
    for (const [kind, found] of lanes) {
      const lane = sinew.element('div', { class: 'lane' });
      for (const cluster of found) {
        const first = cluster.events[0];
        const flag = sinew.element('span', { class: `flag ${kind}` });
        flag.textContent = name(cluster);
        flag.title = cluster.events.map((event) => `${event.label} ${event.text}`).join('\n');
        flag.dataset.labels = ` ${cluster.events.map((event) => event.label).join(' ')} `;
        flag.style.left = `${Math.min(left + cluster.x, strip.clientWidth - flagWidth(cluster) + 12)}px`;
        flag.addEventListener('mouseenter', () => listener(first.label));
        flag.addEventListener('mouseleave', () => listener(null));
        lane.append(flag);
      }
      strip.append(lane);
    }
    markFlags(strip);
  }

  function markFlags(strip) {
    for (const flag of strip.querySelectorAll('.flag')) {
      flag.classList.toggle('marked', marked !== null && flag.dataset.labels.includes(` ${marked} `));
    }
  }

  return {
    plugin,
    flags,
    markFlags,
    set: (all) => { events = all; },
    mark: (label) => { marked = label; },
    onHover: (heard) => { listener = heard; },
  };
})();
