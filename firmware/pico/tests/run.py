"""
Runs every test_* function of every test_*.py beside this file, under Python or MicroPython. Each prints a JSON line:

    python3 firmware/pico/tests/run.py
"""

import asyncio
import json
import os
import sys

if hasattr(sys, 'dont_write_bytecode'):
    sys.dont_write_bytecode = True  # users copy this folder to boards, so no cache files may be in it
here = __file__.rpartition('/')[0] or '.'
sys.path.insert(0, here)
sys.path.append(here + '/..')


def explain(error):
    if hasattr(sys, 'print_exception'):  # only MicroPython has this
        import io

        text = io.StringIO()
        sys.print_exception(error, text)
        return text.getvalue()
    import traceback

    return ''.join(traceback.format_exception(type(error), error, error.__traceback__))


async def main():
    failures = 0
    for file in sorted(os.listdir(here)):
        if not (file.startswith('test_') and file.endswith('.py')):
            continue
        module = __import__(file[:-3])
        for name in sorted(dir(module)):
            if not name.startswith('test_'):
                continue
            line = {'subject': file[5:-3], 'name': name[5:].replace('_', ' ')}
            try:
                outcome = getattr(module, name)()
                if outcome is not None:  # the test is async and has returned a coroutine
                    await asyncio.wait_for(outcome, 10)
                line['ok'] = True
            except Exception as error:
                line['ok'] = False
                line['error'] = explain(error)
                failures += 1
            print(json.dumps(line))
    sys.exit(1 if failures else 0)


asyncio.run(main())
