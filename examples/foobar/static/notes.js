// Lists the notes and writes new ones through the API; shows which servers answered.

const list = document.getElementById('notes');
const form = document.getElementById('write');
const outcome = document.getElementById('outcome');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = new FormData(form).get('text');
  const answer = await ask('/api/notes', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  if (!answer) return;
  outcome.textContent = `Note ${answer.id} is on ${answer.served_by.db}.`;
  form.reset();
  await showNotes();
});

await showNotes();

async function showNotes() {
  const answer = await ask('/api/notes');
  if (answer) list.replaceChildren(...answer.notes.map(itemOf));
}

/** The answer of the API, or undefined after the failure has been shown. */
async function ask(path, options) {
  try {
    const response = await fetch(path, options);
    const answer = await response.json();
    showChain(response.headers, answer.served_by);
    if (response.ok) return answer;
    outcome.textContent = answer.error.message;
  } catch (error) {
    outcome.textContent = `No answer: ${error.message}`;
  }
  return undefined;
}

/** Balancer and web server name themselves in headers, the others in the answer too. */
function showChain(headers, servedBy) {
  const names = [
    headers.get('x-served-by-balancer'),
    headers.get('x-served-by-web'),
    servedBy.app,
    servedBy.db,
    `release ${servedBy.release}`,
  ];
  document.getElementById('chain').textContent = names.filter(Boolean).join(' → ');
}

function itemOf(note) {
  const item = document.createElement('li');
  item.value = note.id;
  const by = document.createElement('small');
  by.textContent = ` ${note.written_by}, ${note.created_at}`;
  item.append(note.text, by);
  return item;
}
