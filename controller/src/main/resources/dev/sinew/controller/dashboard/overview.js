// SPDX-License-Identifier: Apache-2.0
// The overview: one row per service, troubles first, filled from the server's stream. A row's elements are
// made once; afterwards only what differs is touched, so that hundreds of rows cost little.
'use strict';

(() => {
  const { number, percent, known } = sinew.format;
  const RETRY_MILLIS = 1000;
  const SILENCE_MILLIS = 12000;
  const RENEW_MILLIS = 10 * 60 * 1000;
  const FILTER_FROM = 10;
  const STATES = { running: '●', paused: '❚❚', 'dry-run': '◌', failed: '✕' };
  const rows = new Map();
  let order = [];
  let source = null;
  let heardAt = 0;
  let openedAt = 0;
  let placed = '';

  const byId = (id) => document.getElementById(id);

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function made(name) {
    const svg = (kind, attributes) => {
      const element = document.createElementNS('http://www.w3.org/2000/svg', kind);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const parts = {
      state: sinew.element('span', { class: 'state' }),
      ready: sinew.element('b'),
      bounds: sinew.element('span', { class: 'sub' }),
      calls: sinew.element('span'),
      errors: sinew.element('span', { class: 'trouble' }),
      area: svg('polygon', {}),
      line: svg('polyline', {}),
      utilization: sinew.element('span'),
      meter: sinew.element('meter', { min: '0', max: '1', 'aria-hidden': 'true' }),
      texts: sinew.element('td', { role: 'cell', class: 'last', 'data-column': 'Last change' }),
    };
    const chart = svg('svg', { class: 'line', viewBox: '0 0 59 20', preserveAspectRatio: 'none', role: 'img' });
    chart.setAttribute('aria-label', 'calls per second, the last 10 minutes');
    chart.append(parts.area, parts.line);
    const link = sinew.element('a', { href: `/services/${encodeURIComponent(name)}` }, sinew.name(name));
    const cell = (column, kind, ...children) =>
      sinew.element('td', { role: 'cell', class: kind, 'data-column': column }, ...children);
    const tr = sinew.element('tr', { role: 'row' },
      sinew.element('th', { scope: 'row', role: 'rowheader' }, link, parts.state),
      cell('Replicas', 'replicas', parts.ready, parts.bounds),
      cell('Calls/s', 'calls', parts.calls, parts.errors),
      cell('10 min', 'chart', chart),
      cell('Utilization', 'utilization', parts.utilization, parts.meter),
      parts.texts);
    return { tr, parts, data: {}, said: '' };
  }

  function fill(row, service) {
    const { parts, tr } = row;
    row.data = { ...row.data, ...service };
    tr.dataset.state = service.state;
    tr.dataset.short = String(service.ready < service.desired);
    put(parts.state, `${STATES[service.state] || '?'} ${service.state}`);
    put(parts.ready, `${service.ready} of ${service.desired}`);
    const leaving = service.draining > 0 ? `, ${service.draining} draining` : '';
    put(parts.bounds, `${service.min}–${service.max} allowed${leaving}`);
    put(parts.calls, number(service.calls));
    put(parts.errors, service.errors > 0 ? `${number(service.errors)} failing` : '');
    put(parts.utilization, percent(service.utilization));
    parts.meter.hidden = !known(service.utilization);
    parts.meter.value = service.utilization ?? 0;
    if (service.line) draw(parts, service.line);
    texts(row, service);
  }

  /** A gap where nothing is known; the height is the row's own greatest value. */
  function draw(parts, values) {
    const most = Math.max(1e-9, ...values.filter(known));
    const first = values.findIndex(known);
    const at = (value, i) => `${i},${(19 - (value / most) * 18).toFixed(1)}`;
    const points = first < 0 ? [] : values.map((value, i) => (i < first || !known(value) ? null : at(value, i))).filter(Boolean);
    parts.line.setAttribute('points', points.join(' '));
    const last = points.length > 0 ? points[points.length - 1].split(',')[0] : 0;
    parts.area.setAttribute('points', points.length > 1 ? `${first},20 ${points.join(' ')} ${last},20` : '');
  }

  function texts(row, { last, troubles, notes }) {
    const said = JSON.stringify([last, troubles, notes]);
    if (said === row.said) return;
    row.said = said;
    const cell = row.parts.texts;
    cell.replaceChildren();
    for (const text of troubles) cell.append(sinew.name(text, { class: 'trouble' }));
    for (const text of notes) cell.append(sinew.name(text, { class: 'note' }));
    if (last) {
      const change = last.from === last.to ? `stays at ${last.to}` : `${last.from} → ${last.to}`;
      cell.append(sinew.element('b', {}, change), ` at ${time(last.at)}`,
        sinew.name(last.text, { class: 'sub' }));
    } else if (troubles.length === 0 && notes.length === 0) {
      cell.append(sinew.element('span', { class: 'sub' }, 'none yet'));
    }
  }

  function time(text) {
    const at = new Date(text);
    const today = new Date().toDateString() === at.toDateString();
    return new Intl.DateTimeFormat('en-GB', today ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' })
      .format(at);
  }

  const urgent = ({ state, troubles }) => (state === 'failed' ? 2 : troubles.length > 0 ? 1 : 0);

  /** Rows in order, troubles first, those that the filter hides left out. */
  function place() {
    const text = byId('filter').value.trim().toLowerCase();
    const all = order.map((name) => rows.get(name));
    const fits = all.filter(({ data }) => data.name.toLowerCase().includes(text) || data.state.includes(text));
    fits.sort((a, b) => urgent(b.data) - urgent(a.data));
    const wanted = fits.map(({ data }) => data.name).join('\n');
    if (wanted !== placed) {
      const focused = document.activeElement;
      byId('services-body').replaceChildren(...fits.map(({ tr }) => tr));
      if (focused && focused.isConnected) focused.focus();
      placed = wanted;
    }
    byId('filter-part').hidden = order.length <= FILTER_FROM;
    byId('services-none').hidden = fits.length > 0 || order.length === 0;
    put(byId('filter-count'), text === '' ? '' : `${fits.length} of ${order.length}`);
  }

  function heard(data) {
    if (data.controller) controller(data.controller);
    if (data.all) {
      order = data.services.map(({ name }) => name);
      for (const name of rows.keys()) if (!order.includes(name)) rows.delete(name);
    }
    for (const service of data.services) {
      if (!rows.has(service.name)) rows.set(service.name, made(service.name));
      fill(rows.get(service.name), service);
    }
    place();
    words();
  }

  function controller({ file, version, startedAt, troubles = [], notes = [] }) {
    if (file) {
      put(byId('service'), file);
      put(byId('run'), `Sinew ${version}, started ${time(startedAt)}`);
    }
    sinew.notices(troubles, notes);
  }

  function words() {
    const all = [...rows.values()].map(({ data }) => data);
    if (all.length === 0) return put(byId('words'), 'Waiting for the fleet.');
    const sum = (key) => all.reduce((total, data) => total + (known(data[key]) ? data[key] : 0), 0);
    const parts = [
      `${all.length} ${all.length === 1 ? 'service' : 'services'}`,
      `${sum('ready')} of ${sum('desired')} replicas ready`,
      all.some(({ calls }) => known(calls)) ? `${number(sum('calls'))} calls/s` : 'traffic unknown',
    ];
    const bad = all.filter((data) => urgent(data) > 0).length;
    parts.push(bad === 0 ? 'no troubles' : `${bad} with troubles`);
    const paused = all.filter(({ state }) => state === 'paused').length;
    if (paused > 0) parts.push(`${paused} paused`);
    const when = document.body.dataset.connection === 'lost' ? 'Last known: ' : '';
    put(byId('words'), `${when}${parts.join(', ')}.`);
    document.title = `${bad > 0 ? `(${bad}) ` : ''}Services – Sinew`;
  }

  function connection(state, text) {
    byId('connection').dataset.state = state;
    document.body.dataset.connection = state;
    put(byId('connection'), text);
  }

  function listen() {
    if (source) source.close();
    heardAt = openedAt = Date.now();
    source = new EventSource('/live');
    const listener = (handler) => (event) => {
      heardAt = Date.now();
      connection('live', 'live');
      handler(JSON.parse(event.data));
    };
    source.addEventListener('hello', listener(heard));
    source.addEventListener('news', listener((data) => {
      heard(data);
      if (Date.now() - openedAt > RENEW_MILLIS) listen();
    }));
    source.addEventListener('beat', listener(() => {}));
    source.addEventListener('error', lost);
  }

  function lost() {
    source.close();
    connection('lost', 'connection lost, trying again');
    words();
    setTimeout(listen, RETRY_MILLIS);
  }

  byId('filter').addEventListener('input', place);
  listen();
  setInterval(() => {
    if (source.readyState === EventSource.OPEN && Date.now() - heardAt > SILENCE_MILLIS) lost();
  }, 2000);
})();
