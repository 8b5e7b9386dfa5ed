// SPDX-License-Identifier: Apache-2.0
// The state of the loop in words, the connection's state, and what stays the same during a run.
'use strict';

sinew.status = (() => {
  const { number, clock, known } = sinew.format;
  const set = (id, text) => {
    const element = document.getElementById(id);
    if (element.textContent !== text) element.textContent = text;
  };

  /** One sentence for someone who looks up only now. */
  function words(columns, run) {
    const i = columns.at.length - 1;
    if (i < 0) return set('words', 'Waiting for the first measurements.');
    const now = (key) => columns[key][i];
    const parts = [`${number(now('ready'))} of ${number(now('desired'))} replicas ready`];
    if (now('warming') > 0) parts.push(`${number(now('warming'))} warming up`);
    if (now('draining') > 0) parts.push(`${number(now('draining'))} draining`);
    parts.push(known(now('offered')) ? `${number(now('offered'))} calls/s` : 'traffic unknown');
    parts.push(failures(now('failed')));
    if (known(now('utilization'))) parts.push(`${number(now('utilization'))} % utilized`);
    if (known(now('p99'))) parts.push(latency(now('p99'), run && run.sloMillis));
    const when = { report: 'At the end: ', lost: 'Last known: ' }[document.body.dataset.connection] || '';
    set('words', `${when}${parts.join(', ')}.`);
  }

  function failures(failed) {
    if (!known(failed)) return 'failures unknown';
    return failed > 0 ? `${number(failed)} failing a second` : 'none failed';
  }

  function latency(p99, objective) {
    const value = `p99 ${number(p99)} ms`;
    if (!known(objective)) return value;
    return `${value}, ${p99 > objective ? 'over' : 'within'} the objective of ${number(objective)} ms`;
  }

  /** How the page stands with the controller: live, waiting, lost, closed or report. */
  function connection(state, text) {
    const element = document.getElementById('connection');
    element.dataset.state = state;
    document.body.dataset.connection = state;
    set('connection', text);
    if (sinew.store.run) words(sinew.store.columns, sinew.store.run);
  }

  const moment = (text) =>
    new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium' }).format(new Date(text));

  function run(info) {
    document.title = `${info.title} – Sinew`;
    set('service', info.service);
    set('title', info.title);
    set('run', `Run ${info.id}, started ${moment(info.startedAt)}, ${info.min} to ${info.max} replicas allowed`);
    document.body.dataset.run = info.id;
    list('facts', [...info.machine, ...info.versions]);
    document.getElementById('facts-part').hidden = info.machine.length + info.versions.length === 0;
  }

  /** What a service's own page knows beside its figures. */
  function service({ state, min, max, alone, troubles, notes, now }) {
    document.getElementById('overview').hidden = alone;
    document.body.dataset.service = state;
    sinew.notices(troubles, notes);
    const started = moment(sinew.store.run.startedAt);
    set('run', `${state}, ${min} to ${max} replicas allowed, controller started ${started}`);
    document.getElementById('now').replaceChildren(
      ...now.map((text) => sinew.element('li', {}, sinew.name(text))));
  }

  function list(id, entries) {
    const dl = document.getElementById(id);
    dl.replaceChildren();
    for (const [name, value] of entries) {
      dl.append(sinew.element('div', {},
        sinew.element('dt', {}, sinew.name(name)), sinew.element('dd', {}, sinew.name(value))));
    }
  }

  function summary(entries) {
    list('summary', entries);
    document.getElementById('summary-part').hidden = false;
  }

  return { words, connection, run, service, summary, clock };
})();
