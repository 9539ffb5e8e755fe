"""Records what Ansible's templates give, for captured.test.ts.

Run where Ansible is installed (recorded with ansible-core 2.14.18, Jinja2 3.1.6, PyYAML with libyaml):

    ANSIBLE_JINJA2_EXTENSIONS=jinja2.ext.do,jinja2.ext.loopcontrols TZ=UTC \
        /usr/bin/python3 capture.py templates.txt > pairs.json

templates.txt has one template per line; the variables are those of variables.json.
"""

import copy
import json
import sys

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

variables = json.load(open('variables.json'))
pairs = []
for line in open(sys.argv[1]):
    template = line.rstrip('\n')
    if not template:
        continue
    template = template.replace('\\n{%', '\n{%').replace('%}\\n', '%}\n')
    try:
        templar = Templar(DataLoader(), variables=copy.deepcopy(variables))
        result = templar.template(template, convert_data=False, escape_backslashes=False)
        pairs.append([template, {'text': str(result)}])
    except Exception as error:
        pairs.append([template, {'error': str(error)[:200]}])
json.dump(pairs, sys.stdout, ensure_ascii=False, indent=1)
