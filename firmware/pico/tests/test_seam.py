"""The Pico's board.py cannot run here. These tests check its syntax, and that host/board.py has the same methods."""

here = __file__.rpartition('/')[0] or '.'
PICO, PC = here + '/../board.py', here + '/../host/board.py'


def source(path):
    with open(path) as file:
        return file.read()


def methods(path):
    """{name: parameters} of the public methods of Board."""
    found = {}
    for line in source(path).split('\n'):
        words = line.strip().replace('async def ', 'def ')
        if line.startswith('    ') and words.startswith('def ') and not words.startswith('def _'):
            name, _, parameters = words[4:].partition('(')
            found[name] = parameters.rstrip(':').rstrip(')')
    return found


def test_the_pico_and_its_stand_in_offer_the_same_to_the_rest():
    assert methods(PICO) == methods(PC)
    assert len(methods(PICO)) > 15


def test_every_file_for_the_pico_can_be_read_by_this_interpreter():
    for path in (PICO, here + '/../main.py', here + '/../settings.example.py'):
        compile(source(path), path, 'exec')


def test_the_example_settings_name_only_settings_that_exist():
    from darvaza.settings import load

    names = {}
    exec(source(here + '/../settings.example.py'), names)

    class Example:
        pass

    for name, value in names.items():
        if name.upper() == name and name[0] != '_':
            setattr(Example, name, value)
    assert load(Example).GATEWAY.startswith('ws://')
