// SPDX-License-Identifier: Apache-2.0
// Charts on one time axis: one cursor, one zoom, one set of markers.
'use strict';

sinew.plots = (() => {
  const AXIS = 56;
  const RANGES = [
    ['all', 'Whole run'],
    ['3600', '1 h'],
    ['900', '15 min'],
    ['300', '5 min'],
    ['60', '1 min'],
  ];
  const plots = [];
  let view = { mode: 'all' };
  let store = null;
  let strip = null;
  let objective = null;

  function start(from) {
    store = from;
    const holder = document.getElementById('charts');
    strip = sinew.element('div', { id: 'flags', 'aria-hidden': 'true' });
    for (const chart of sinew.charts) plots.push(make(chart, holder));
    choosePlots();
    ranges();
    new ResizeObserver(resize).observe(holder);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => redraw(true));
  }

  function make(chart, holder) {
    const legend = sinew.element('div', { class: 'legend' });
    const title = sinew.element('h3', {}, chart.title, ' ');
    title.append(sinew.element('span', { class: 'unit' }, chart.unit));
    const box = sinew.element('div', {
      class: 'plot', tabindex: '0', role: 'img', id: `plot-${chart.id}`,
      'aria-label': `Chart of ${chart.title}, ${chart.unit}, over the run's time`,
    });
    const parts = plots.length === 0 ? [title, legend, strip, box] : [title, legend, box];
    holder.append(sinew.element('figure', { id: `chart-${chart.id}` }, ...parts));
    const when = sinew.element('span', { class: 'when' });
    legend.append(when);
    const values = chart.series.map((series) => legendEntry(legend, series));
    const plot = new uPlot(options(chart, holder.clientWidth), [[]], box);
    const made = { chart, plot, values, when, legend };
    plot.hooks.setCursor = [() => legends()];
    box.addEventListener('keydown', (event) => moveCursor(event, made));
    return made;
  }

  function legendEntry(legend, series) {
    const SVG = 'http://www.w3.org/2000/svg';
    const swatch = document.createElementNS(SVG, 'svg');
    swatch.setAttribute('class', `swatch ${series.key}`);
    swatch.setAttribute('viewBox', '0 0 26 10');
    swatch.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS(SVG, 'line');
    for (const [key, value] of [['x1', 0], ['y1', 5], ['x2', 26], ['y2', 5]]) {
      line.setAttribute(key, value);
    }
    line.setAttribute('stroke-width', series.width + 0.5);
    if (series.dash.length > 0) line.setAttribute('stroke-dasharray', series.dash.join(' '));
    swatch.append(line);
    const value = sinew.element('b', {}, sinew.format.UNKNOWN);
    legend.append(sinew.element('span', { class: 'entry' }, swatch, `${series.label} `, value));
    return value;
  }

  function options(chart, width) {
    const grid = { stroke: () => sinew.colour('grid'), width: 1 };
    const shared = { stroke: () => sinew.colour('quiet'), grid, ticks: grid, font: '12px system-ui, sans-serif' };
    return {
      width,
      height: height(chart, width),
      legend: { show: false },
      padding: [6, 22, 0, 0],
      cursor: { sync: { key: 'sinew' }, y: false, drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => { choose({ mode: 'all' }); return null; } } },
      scales: { x: { time: false }, y: scale(chart) },
      axes: [
        { ...shared, incrs: sinew.axes.TIMES, space: 64, size: 28, labelSize: 20, labelGap: 2,
          label: chart.timed ? sinew.axes.timeLabel : undefined, labelFont: '12px system-ui, sans-serif',
          values: sinew.axes.timeValues },
        { ...shared, size: AXIS, ...valueAxis(chart),
          values: (u, splits) => splits.map((value) => sinew.format.number(value)) },
      ],
      series: [{}, ...chart.series.map((series) => line(chart, series))],
      plugins: [sinew.markers.plugin(), ...(chart.objective ? [objectiveLine()] : [])],
      hooks: { setSelect: [select], draw: [], setScale: [] },
    };
  }

  function scale(chart) {
    if (chart.logarithmic) {
      return { distr: 3, log: 10, range: (u, min, max) => sinew.axes.logarithmicRange(u, min, max, objective) };
    }
    const least = chart.whole ? 2 : 10;
    return { range: (u, min, max) => [0, Math.max(least, (max || 0) * 1.12)] };
  }

  function valueAxis(chart) {
    if (chart.logarithmic) return { splits: sinew.axes.logarithmic, filter: (u, splits) => splits };
    return chart.whole ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], space: 28 } : { space: 32 };
  }

  function line(chart, series) {
    return {
      label: series.label,
      stroke: () => sinew.colour(series.key),
      fill: series.fill ? () => sinew.colour(`${series.key}-fill`) : undefined,
      width: series.width,
      dash: series.dash,
      spanGaps: false,
      points: { show: false },
      paths: chart.stepped ? uPlot.paths.stepped({ align: 1 }) : undefined,
    };
  }

  /** The objective as a line with its name, and everything over it shaded. */
  function objectiveLine() {
    const draw = (u) => {
      if (!objective) return;
      const { ctx, bbox } = u;
      const y = Math.round(u.valToPos(objective, 'y', true));
      const ratio = uPlot.pxRatio;
      ctx.save();
      ctx.fillStyle = sinew.colour('over-fill');
      ctx.fillRect(bbox.left, bbox.top, bbox.width, Math.max(0, y - bbox.top));
      ctx.strokeStyle = sinew.colour('failed');
      ctx.lineWidth = 1.5 * ratio;
      ctx.setLineDash([10 * ratio, 5 * ratio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.restore();
    };
    return { hooks: { drawClear: [draw], draw: [objectiveName] } };
  }

  /** Over the series, on a ground of its own, so that it can be read whatever is behind it. */
  function objectiveName(u) {
    if (!objective) return;
    const { ctx, bbox } = u;
    const ratio = uPlot.pxRatio;
    const text = `objective ${sinew.format.number(objective)} ms`;
    const y = Math.round(u.valToPos(objective, 'y', true));
    ctx.save();
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    const width = ctx.measureText(text).width;
    ctx.globalAlpha = 0.85;
    ctx.fillStyle = sinew.colour('card');
    ctx.fillRect(bbox.left + 3 * ratio, y - 18 * ratio, width + 6 * ratio, 16 * ratio);
    ctx.globalAlpha = 1;
    ctx.fillStyle = sinew.colour('ink');
    ctx.fillText(text, bbox.left + 6 * ratio, y - 3 * ratio);
    ctx.restore();
  }

  function height(chart, width) {
    return Math.round((width < 600 ? 150 : width > 1100 ? 190 : 165) * chart.height);
  }

  function resize() {
    const width = document.getElementById('charts').clientWidth;
    if (width === 0) return;
    for (const { chart, plot } of plots) plot.setSize({ width, height: height(chart, width) });
    sinew.markers.flags(plots[0].plot, strip);
  }

  function ranges() {
    const fieldset = document.getElementById('range');
    for (const [value, label] of RANGES) {
      const input = sinew.element('input', { type: 'radio', name: 'range', value, id: `range-${value}` });
      input.checked = value === 'all';
      input.addEventListener('change', () =>
        choose(value === 'all' ? { mode: 'all' } : { mode: 'last', seconds: Number(value) }));
      fieldset.append(input, sinew.element('label', { for: `range-${value}` }, label));
    }
  }

  function choose(chosen) {
    view = chosen;
    const value = view.mode === 'all' ? 'all' : view.mode === 'last' ? String(view.seconds) : null;
    for (const input of document.querySelectorAll('#range input')) input.checked = input.value === value;
    redraw(false);
  }

  function select(u) {
    const { left, width } = u.select;
    if (width === 0) return;
    const zoom = { mode: 'zoom', min: u.posToVal(left, 'x'), max: u.posToVal(left + width, 'x') };
    for (const { plot } of plots) plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (width >= 8) choose(zoom);
  }

  /** The time axis as it shall be; at least ten seconds, from the start where the start is known. */
  function shown() {
    const at = store.columns.at;
    const first = at.length > 0 && at[0] > 2 ? at[0] : 0;
    const last = Math.max(at.length > 0 ? at[at.length - 1] : 0, first + 10);
    if (view.mode === 'zoom') return view;
    if (view.mode === 'last') return { min: Math.max(first, last - view.seconds), max: last };
    return { min: first, max: last };
  }

  /** Shows what the store holds now. */
  function update(run, events) {
    objective = run ? run.sloMillis : null;
    sinew.markers.set(events);
    redraw(true);
  }

  /** Latency is shown unless there is none; utilization where there is some and no latency. */
  function choosePlots() {
    const some = (key) => store.columns[key].some((value) => value !== null);
    const utilization = !some('p99') && some('utilization');
    document.getElementById('chart-utilization').hidden = !utilization;
    document.getElementById('chart-latency').hidden = utilization;
  }

  function redraw(data) {
    if (plots.length === 0 || !store) return;
    if (data) choosePlots();
    const { min, max } = shown();
    for (const { chart, plot } of plots) {
      plot.batch(() => {
        if (data) plot.setData([store.columns.at, ...chart.series.map(column)], false);
        plot.setScale('x', { min, max });
      });
    }
    sinew.markers.flags(plots[0].plot, strip);
    legends();
  }

  /** A count that is seldom over zero is drawn only where it is, or it would only underline the axis. */
  function column({ key, seldom }) {
    const all = store.columns[key];
    if (!seldom) return all;
    return all.map((value, i) => (value === 0 && !all[i - 1] && !all[i + 1] ? null : value));
  }

  /** The values under the cursor, or the latest. */
  function legends() {
    for (const { chart, plot, values, when } of plots) {
      const at = plot.cursor.idx ?? store.columns.at.length - 1;
      when.textContent = plot.cursor.idx === null ? 'latest' : `at ${sinew.format.clock(store.columns.at[at])}`;
      chart.series.forEach(({ key }, i) => {
        values[i].textContent = sinew.format.number(store.columns[key][at]);
      });
    }
  }

  function moveCursor(event, { plot, legend }) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 };
    const at = store.columns.at;
    if (event.key === 'Escape') {
      plot.setCursor({ left: -10, top: -10 });
    } else if (steps[event.key] && at.length > 0) {
      event.preventDefault();
      const from = plot.cursor.idx ?? at.length - 1;
      const to = Math.min(at.length - 1, Math.max(0, from + steps[event.key]));
      plot.setCursor({ left: plot.valToPos(at[to], 'x'), top: 10 });
      document.getElementById('announce').textContent = legend.innerText;
    }
  }

  function mark(label) {
    sinew.markers.mark(label);
    for (const { plot } of plots) plot.redraw(false, false);
    sinew.markers.markFlags(strip);
  }

  return { start, update, mark, shown };
})();
