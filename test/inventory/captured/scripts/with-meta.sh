#!/bin/sh
case $1 in --list) echo '{"web":{"hosts":["a","b"],"vars":{"x":1},"children":["sub"]},"sub":["c"],"solo":{"k":2},"_meta":{"hostvars":{"a":{"h":"{{ x }}"}}}}';; esac
