/** Other spellings that Ansible accepts, and what they are here. */
export const spellings: Readonly<Record<string, string>> = {
  '--inventory-file': '--inventory',
  '--key-file': '--private-key',
  '--vault-pass-file': '--vault-password-file',
  '--ask-vault-pass': '--ask-vault-password',
  '--conn-pass-file': '--connection-password-file',
  '--become-pass-file': '--become-password-file',
  '--detailed-exit-code': '--detailed-exitcode',
};

/** The words with every option in its main spelling; `--option=value` too. */
export function inMainSpelling(words: readonly string[]): string[] {
  let rest = false;
  return words.map((word) => {
    rest ||= word === '--';
    // Its value is optional: the next word is none.
    if (!rest && word === '--timings') return `${word}=`;
    const [, name = '', value = ''] = /^(--[a-z-]+)(=[\s\S]*)?$/.exec(word) ?? [];
    if (rest || !Object.hasOwn(spellings, name)) return word;
    return spellings[name] + value;
  });
}
