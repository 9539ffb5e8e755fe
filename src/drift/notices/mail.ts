import type { MailTarget } from '../settings.ts';
import type { Notice } from './notice.ts';

/** The words that hand a mail to sendmail: who gets it is not read from the text. */
export function sendmailCall({ sendmail, from, to }: MailTarget): string[] {
  return [sendmail, '-i', ...(from === undefined ? [] : ['-f', from]), '--', ...to];
}

/** The mail as sendmail takes it on stdin. */
export function mailText(notice: Notice, { to, from }: MailTarget): string {
  const headers = [
    ...(from === undefined ? [] : [`From: ${oneLine(from)}`]),
    `To: ${to.map(oneLine).join(', ')}`,
    `Subject: ${encoded(`[${notice.watch}] ${notice.title}`)}`,
    `Date: ${new Date(notice.at).toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    'Auto-Submitted: auto-generated',
  ];
  const body = Buffer.from(`${notice.text}\n\nFrom ${notice.machine}.\n`).toString('base64');
  return `${[...headers, '', ...(body.match(/.{1,76}/g) ?? [])].join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/** RFC 2047 words, none of them above 75 characters, where the text is not plain ASCII. */
function encoded(text: string): string {
  const line = oneLine(text).slice(0, 500);
  if (/^[ -~]*$/.test(line) && line.length < 900) return line;
  const words: string[] = [];
  let word = '';
  for (const char of line) {
    if (Buffer.byteLength(word + char) > 42) {
      words.push(word);
      word = '';
    }
    word += char;
  }
  return [...words, word]
    .map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`)
    .join('\n ');
}
