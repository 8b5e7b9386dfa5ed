// SPDX-License-Identifier: Apache-2.0
// Joins the parts: a report shows the data inside it once; the live page listens until it is closed, and
// when the controller goes away it says so and tries again.
'use strict';

(() => {
  const { store } = sinew;
  const RETRY_MILLIS = 1000;
  const SILENCE_MILLIS = 12000;
  // Servers end answers that last too long; the page turns to a fresh one before that.
  const RENEW_MILLIS = 10 * 60 * 1000;
  // The page of one service among many, or of the only run there is.
  const STREAM = location.pathname.startsWith('/services/')
    ? `/live${location.pathname.slice('/services'.length)}` : '/live';
  let source = null;
  let heardAt = 0;
  let openedAt = 0;
  let dirty = false;

  function hello(data, aloud) {
    const same = store.run !== null && store.run.id === data.run.id;
    if (store.run !== null && !same) {
      document.getElementById('announce').textContent = `New run: ${data.run.title}`;
    }
    store.clearPoints();
    if (!same) {
      store.clearEvents();
      sinew.events.clear();
    }
    store.run = data.run;
    sinew.status.run(data.run);
    news(data, aloud);
  }

  function news(data, aloud) {
    store.addPoints(data.points);
    const events = data.events.filter(store.unseen);
    store.addEvents(events);
    sinew.events.add(events, store.MOST_EVENTS, aloud);
    if (data.status) sinew.status.service(data.status);
    if (data.rows) sinew.replicas.set(data.rows, data.rowTotal);
    dirty = true;
    requestAnimationFrame(draw);
  }

  /** Once a frame at most; never while nobody looks. */
  function draw() {
    if (!dirty || document.hidden) return;
    dirty = false;
    sinew.status.words(store.columns, store.run);
    sinew.plots.update(store.run, store.events);
  }

  function listen() {
    if (source) source.close();
    heardAt = openedAt = Date.now();
    source = new EventSource(STREAM);
    const heard = (handler) => (event) => {
      heardAt = Date.now();
      sinew.status.connection('live', 'live');
      handler(JSON.parse(event.data));
    };
    source.addEventListener('hello', heard((data) => hello(data, false)));
    source.addEventListener('news', heard((data) => {
      news(data, true);
      if (store.full() || Date.now() - openedAt > RENEW_MILLIS) listen();
    }));
    source.addEventListener('beat', heard(() => {}));
    source.addEventListener('error', lost);
  }

  function lost() {
    source.close();
    sinew.status.connection('lost', 'connection lost, trying again');
    setTimeout(listen, RETRY_MILLIS);
  }

  /** A connection that is open but silent is lost too: the controller sends something every 5 s. */
  function watch() {
    if (source.readyState === EventSource.OPEN && Date.now() - heardAt > SILENCE_MILLIS) lost();
  }

  sinew.plots.start(store);
  sinew.events.start();
  sinew.replicas.start();
  document.addEventListener('visibilitychange', draw);
  const report = document.getElementById('data');
  if (report) {
    const data = JSON.parse(report.textContent);
    sinew.status.connection('report', 'report');
    sinew.status.summary(data.summary);
    hello(data, false);
  } else {
    listen();
    setInterval(watch, 2000);
  }
})();
