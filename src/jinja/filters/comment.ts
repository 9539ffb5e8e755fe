import { Fault } from '../python/faults.ts';
import { text } from '../python/text.ts';
import { asInteger, asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { filter } from './define.ts';

interface Style {
  readonly decoration: string;
  readonly beginning?: string;
  readonly end?: string;
}

const styles: Record<string, Style> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
};

export const commentFilters: Record<string, Definition> = {
  comment: filter(
    'The text as a comment in the given style (plain, c, cblock, erlang, xml).',
    'style? decoration? prefix? prefix_count? postfix? postfix_count? beginning? end? newline?',
    (value, args) => {
      const [
        name,
        decoration,
        prefix,
        prefixCount,
        postfix,
        postfixCount,
        beginning,
        end,
        newline,
      ] = args;
      const known = asText(name, 'plain');
      const style = styles[known];
      if (!style)
        throw new Fault(
          `there is no comment style '${known}'; there are ${Object.keys(styles).join(', ')}`,
        );
      const line = asText(decoration, style.decoration);
      const nl = asText(newline, '\n');
      const opening = asText(beginning, style.beginning ?? '');
      const closing = asText(end, style.end ?? '');
      const above = asText(prefix, line.trimEnd());
      const lead = above === '' ? '' : above === nl ? nl : above + nl;
      const below = nl + asText(postfix, line.trimEnd());
      const lines = text(value).split(nl);
      // Only a decoration that a newline follows loses its trailing space.
      const body = lines.map((each, index) =>
        each === '' && index < lines.length - 1 ? line.trimEnd() : line + each,
      );
      return [
        opening === '' ? '' : opening + nl,
        lead.repeat(asInteger(prefixCount, 1)),
        body.join(nl),
        below.repeat(asInteger(postfixCount, 1)),
        closing === '' ? '' : nl + closing,
      ].join('');
    },
  ),
};
