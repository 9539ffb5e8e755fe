import { expect, test } from 'vitest';
import { compileTemplate } from '../../src/jinja/template.ts';
import { at, environmentOf } from './environment.ts';

const templates = {
  part: 'part {{ v }}{{ local | default("-") }}',
  base: 'A{% block one %}1{% endblock %}B{% block two %}2{% endblock %}C',
  middle: "{% extends 'base' %}{% block one %}m{{ super() }}{% endblock %}",
  needs: '{% block must required %}{% endblock %}',
  loops: '{% for i in [1, 2] %}{% block row scoped %}{{ i }}{% endblock %}{% endfor %}',
  macros:
    "{% macro m(x) %}<{{ x }}{{ v | default('?') }}>{% endmacro %}{% set c = 7 %}{% set _p = 1 %}",
  bad: '{{ 1 | nofilter }}',
};

test.each([
  ["{% include 'part' %}", 'part 1-'],
  ["{% set local = 2 %}{% include 'part' %}", 'part 12'],
  ["{% for local in [1,2] %}{% include 'part' %};{% endfor %}", 'part 11;part 12;'],
  ["{% include 'nope' ignore missing %}x", 'x'],
  ["{% include ['nope', 'part'] %}", 'part 1-'],
  ['{% include name %}', 'part 1-'],
  ["{% extends 'base' %}", 'A1B2C'],
  ["{% extends 'base' %}dropped{% block two %}x{% endblock %}dropped", 'A1BxC'],
  ["{% extends 'middle' %}{% block one %}[{{ super() }}]{% endblock %}", 'A[m1]B2C'],
  ["{% extends 'base' %}{% set s = 5 %}{% block one %}{{ s }}{% endblock %}", 'A5B2C'],
  ["{% block a %}x{% endblock %}{{ self.a() if self is defined else '' }}", 'x'],
  ["{% extends 'loops' %}{% block row %}({{ i }}){% endblock %}", '(1)(2)'],
  ["{% import 'macros' as m %}{{ m.m(3) }}{{ m.c }}", '<3?>7'],
  ["{% import 'macros' as m with context %}{{ m.m(3) }}", '<31>'],
  ["{% from 'macros' import m, c as k %}{{ m(2) }}{{ k }}", '<2?>7'],
  [
    "{% extends 'base' %}{% set x %}captured{% endset %}{% block one %}{{ x }}{% endblock %}",
    'AcapturedB2C',
  ],
])('%s', (source, text) => {
  const environment = environmentOf({ v: 1, name: 'part' }, templates);
  expect(compileTemplate(source, at).render(environment)).toBe(text);
});

test.each([
  ["{% include 'nope' %}", "no template 'nope'"],
  ["{% include 'part' without context %}", "'v' is undefined"],
  ["{% extends 'needs' %}", "the block 'must' is required"],
  ["{% from 'macros' import nope %}{{ nope() }}", "does not define 'nope'"],
  ['{% block a %}{% endblock %}{% block a %}{% endblock %}', "two blocks named 'a'"],
  ["{% include 'bad' ignore missing %}", "there is no filter 'nofilter'"],
  ['{% macro m(x) %}{% endmacro %}{{ m(1, 2) }}', 'at most 1'],
  ['{% macro m(x) %}{% endmacro %}{{ m(y=2) }}', "has no argument 'y'"],
])('%s fails', (source, message) => {
  const environment = environmentOf({ v: 1 }, templates);
  expect(() => compileTemplate(source, at).render(environment)).toThrow(message);
});
