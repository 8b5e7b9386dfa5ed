// SPDX-License-Identifier: Apache-2.0
// Shows the token once; the answer sets a cookie that no script can read.
'use strict';

document.getElementById('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  const field = document.getElementById('token');
  const error = document.getElementById('login-error');
  error.textContent = '';
  try {
    const answer = await fetch('/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: field.value }),
    });
    if (answer.ok) {
      location.reload();
    } else if (answer.status === 429) {
      error.textContent = `Too many attempts: try again in ${answer.headers.get('Retry-After')} s.`;
    } else {
      error.textContent = 'This is not the token.';
      field.select();
    }
  } catch {
    error.textContent = 'The controller does not answer.';
  }
});
