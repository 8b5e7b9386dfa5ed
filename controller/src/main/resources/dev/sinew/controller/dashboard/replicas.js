// SPDX-License-Identifier: Apache-2.0
// One row per replica, 50 rows a page: five hundred replicas cost the browser no more than fifty. The column
// heads are buttons that sort; rows of the page are reused, so that nothing jumps but what changed.
'use strict';

sinew.replicas = (() => {
  const PER_PAGE = 50;
  const [ID, STATE, AGE, SHARE, IN_FLIGHT, UTILIZATION, WITHHELD, WHY] = [0, 1, 2, 3, 4, 5, 6, 7];
  const SIGNS = {
    ready: '●', warming: '◐', starting: '○', draining: '▽', ejected: '◇', lost: '✕',
  };
  // In the order of attention: what is not ready comes first.
  const ORDER = ['lost', 'ejected', 'starting', 'warming', 'draining', 'ready'];
  const COLUMNS = [
    { at: ID, label: 'Replica', cell: 'name' },
    { at: STATE, label: 'State', cell: 'state' },
    { at: AGE, label: 'Age', text: sinew.format.age },
    { at: SHARE, label: 'Share of calls', text: sinew.format.percent },
    { at: IN_FLIGHT, label: 'In flight', text: sinew.format.number },
    { at: UTILIZATION, label: 'Utilization', text: sinew.format.percent, bar: true },
    { at: WITHHELD, label: 'Weight withheld', cell: 'withheld' },
  ];
  const collator = new Intl.Collator('en-GB', { numeric: true });
  let rows = [];
  let total = 0;
  let sort = { at: STATE, down: false };
  let page = 0;

  function start() {
    const head = document.getElementById('replicas-head');
    for (const column of COLUMNS) {
      const button = sinew.element('button', { type: 'button' }, column.label);
      button.append(sinew.element('span', { class: 'arrow', 'aria-hidden': 'true' }));
      button.addEventListener('click', () => sortBy(column.at));
      head.append(sinew.element('th', { scope: 'col', role: 'columnheader' }, button));
    }
    heads();
  }

  function sortBy(at) {
    sort = { at, down: sort.at === at ? !sort.down : at > STATE };
    page = 0;
    heads();
    show();
  }

  function heads() {
    COLUMNS.forEach(({ at }, i) => {
      const th = document.getElementById('replicas-head').children[i];
      const on = at === sort.at;
      th.setAttribute('aria-sort', on ? (sort.down ? 'descending' : 'ascending') : 'none');
      th.querySelector('.arrow').textContent = on ? (sort.down ? ' ↓' : ' ↑') : '';
    });
  }

  function rank(row) {
    const place = ORDER.indexOf(row[STATE]);
    return place === -1 ? 0 : place === ORDER.length - 1 && row[WITHHELD] > 0 ? place - 0.5 : place;
  }

  /** Unknown goes last in either direction. */
  function compare(a, b) {
    const names = collator.compare(a[ID], b[ID]);
    if (sort.at === ID) return sort.down ? -names : names;
    const [x, y] = sort.at === STATE ? [rank(a), rank(b)] : [a[sort.at], b[sort.at]];
    if (x === null || y === null) return (x === null) - (y === null) || names;
    return (sort.down ? y - x : x - y) || names;
  }

  function set(newRows, newTotal) {
    rows = newRows;
    total = newTotal;
    show();
  }

  function show() {
    const body = document.getElementById('replicas-body');
    const count = Math.ceil(rows.length / PER_PAGE);
    page = Math.max(0, Math.min(page, count - 1));
    const visible = [...rows].sort(compare).slice(page * PER_PAGE, (page + 1) * PER_PAGE);
    while (body.children.length > visible.length) body.lastElementChild.remove();
    while (body.children.length < visible.length) body.append(emptyRow());
    visible.forEach((row, i) => fill(body.children[i], row));
    pages(count, visible.length);
  }

  function emptyRow() {
    const tr = sinew.element('tr', { role: 'row' });
    for (const column of COLUMNS) {
      const cell = column.at === ID
        ? sinew.element('th', { scope: 'row', role: 'rowheader' })
        : sinew.element('td', { role: 'cell', 'data-column': column.label });
      if (column.cell) cell.classList.add(column.cell);
      else cell.classList.add('number');
      cell.append(sinew.name(''));
      if (column.bar) cell.append(sinew.element('meter', { min: '0', max: '1', 'aria-hidden': 'true' }));
      tr.append(cell);
    }
    return tr;
  }

  function fill(tr, row) {
    COLUMNS.forEach((column, i) => {
      const cell = tr.children[i];
      put(cell.firstElementChild, textOf(column, row));
      if (column.bar) {
        cell.lastElementChild.value = row[column.at] ?? 0;
        cell.lastElementChild.hidden = row[column.at] === null;
      }
    });
    tr.dataset.state = row[STATE];
    tr.dataset.withheld = String(row[WITHHELD] > 0);
  }

  function textOf(column, row) {
    const value = row[column.at];
    if (column.at === STATE) return `${SIGNS[value] || '?'} ${value}`;
    if (column.at === WITHHELD) {
      if (value === 0) return 'none';
      return row[WHY] ? `${sinew.format.percent(value)}: ${row[WHY]}` : sinew.format.percent(value);
    }
    return column.text ? column.text(value) : value;
  }

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function pages(count, visible) {
    const nav = document.getElementById('pages');
    if (nav.children.length === 0) {
      const turn = (by) => () => { page += by; show(); };
      const before = sinew.element('button', { type: 'button', 'aria-label': 'Previous page' }, '←');
      const after = sinew.element('button', { type: 'button', 'aria-label': 'Next page' }, '→');
      before.addEventListener('click', turn(-1));
      after.addEventListener('click', turn(1));
      nav.append(sinew.element('span', { class: 'count' }), before, after);
    }
    const [text, before, after] = nav.children;
    const first = page * PER_PAGE + 1;
    const kept = total > rows.length ? `${total} (the first ${rows.length} are listed)` : String(total);
    put(text, visible === 0 ? 'none' : count > 1 ? `${first}–${first + visible - 1} of ${kept}` : kept);
    before.hidden = after.hidden = count < 2;
    before.disabled = page === 0;
    after.disabled = page >= count - 1;
  }

  return { start, set };
})();
