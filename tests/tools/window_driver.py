# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the window from outside, as assistive technology does: through AT-SPI, with xdotool for
real keys.  To be run with the system's Python below tests/tools/with-display.

GTK 4.8 has some habits that this hides: a text must be asked for with its length, "showing" is
told of the window only, the name of a button with a mnemonic is its label twice, and long lists
expose hundreds of rows.  GTK 4.18 has others: items of a menu have their names from labels that
have none, but a text, and what is typed in a file chooser is completed between two keys.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from accessibility import Accessible, Bus, Focus, GLib  # noqa: E402

BUTTONS = ("push button", "button", "toggle button")
WINDOWS = ("frame", "window", "dialog", "alert")
PATIENCE = 30  # seconds, for what comes by itself in one or two: a machine may be busy


class Failure(AssertionError):
    """What was expected did not happen."""


def plain(name):
    """A name without mnemonic, once: GTK says "_Restore Restore", or "More Actions More Actions"."""
    words = (name or "").replace("_", "")
    middle = len(words) // 2
    if words[middle:middle + 1] == " " and words[:middle] == words[middle + 1:]:
        return words[:middle]
    return words


class Thing(Accessible):
    """What is found in a window, read afresh each time."""

    def __init__(self, program, path, role=None):
        super().__init__(program, path)
        self._role = role

    @property
    def role(self):
        if self._role is None:  # never another one
            self._role = super().role
        return self._role

    @property
    def name(self):
        name = super().name
        return plain(self.label if not name and self.role == "menu item" else name)

    @property
    def text(self):
        return super().text if "Text" in self.interfaces else self.name

    def is_seen(self):
        return "visible" in self.states

    def has_place(self):
        _, _, width, height = self.extents
        return width > 0 and height > 0

    def children(self):
        return [Thing(self.program, path) for path in self.child_paths()]

    def walk(self):
        """All below, as far as it is still there: a closed dialog is listed for a while."""
        yield self
        try:
            children = self.children()
        except GLib.Error:
            children = []
        for child in children:
            yield from child.walk()

    def act(self, *names):
        actions = self.actions
        for name in names:
            if name in actions:
                self.do_action(actions.index(name))
                return
        raise Failure(f"{self!r} has none of the actions {names}")

    def click(self):
        """What can be clicked may be within: from GTK 4.10 on a menu button has a name and no
        action, and its toggle button the action and no name."""
        for thing in self.walk():
            try:
                return thing.act("click", "toggle", "activate")
            except Failure:
                pass
        raise Failure(f"{self!r} cannot be clicked")

    def select_row(self, index):
        if not self.select_child(index):
            raise Failure(f"row {index} of {self!r} cannot be selected")

    def __repr__(self):
        return f"<{self.role} {self.name!r} {self.description!r}>"


def list_xids(pid):
    """The X windows of a process that are seen."""
    answer = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(pid)],
                            capture_output=True, text=True, check=False)
    return answer.stdout.split()


class Window:
    """The program while it runs.  Leaving the block closes it; warnings in its log are failures."""

    def __init__(self, command, folder, stalls=None, environment=None):
        self.log_path = os.path.join(folder, "flashkeep.log")
        self.folder = folder
        env = dict(os.environ, G_ENABLE_DIAGNOSTIC="0", **(environment or {}))
        self.style_switch = os.environ.get("STYLE_SWITCH") if stalls is not None else None
        if stalls is not None:
            env.update(LD_PRELOAD=":".join(filter(None, (stalls, self.style_switch))), STALL_REPORT=os.path.join(folder, f"stalls-{time.monotonic_ns()}.txt"))
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=env)
        self.bus = Bus()
        self.program = None

    def __enter__(self):
        try:
            self.program = self.wait(self._find_program, "the program on the accessibility bus", 30)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.picture("failure")
            print(self.read_log())
        status = self.stop()
        if kind is None:
            if status != 0:
                raise Failure(f"the program ended with {status}:\n{self.read_log()}")
            noise = [line for line in self.read_log().splitlines()
                     if re.search(r"CRITICAL|WARNING|Sanitizer|runtime error", line)
                     and "Screen coordinates not supported" not in line
                     # Nobody shows notifications on the test's bus.
                     and "org.freedesktop.Notifications was not provided" not in line
                     # As in heading-noise.c: libadwaita measures, GTK 4.18 complains.
                     and "Trying to measure GtkLabel" not in line]
            if noise:
                raise Failure("warnings in the log:\n" + "\n".join(noise))

    def _find_program(self):
        if self.process.poll() is not None:
            raise Failure(f"the program ended with {self.process.returncode}:\n{self.read_log()}")
        return next((program for program in self.bus.programs()
                     if self.is_ours(program) and program.root.n_children > 0), None)

    def is_ours(self, program):
        return program.get_process_id() == self.process.pid

    def stop(self):
        """Closes the window as a person does; returns the exit status."""
        for _ in range(3):  # a dialog on its way out may swallow the key
            if self.process.poll() is not None or self.program is None:
                break
            try:
                self.key("ctrl+q")
                return self.process.wait(8)
            except (subprocess.TimeoutExpired, subprocess.CalledProcessError, Failure):
                pass
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def read_log(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    # Waiting and finding.

    @staticmethod
    def wait(condition, what, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while True:
            started = time.monotonic()
            try:
                result = condition()
            except GLib.Error:  # the object went away while it was looked at
                result = None
            if result:
                return result
            if time.monotonic() > deadline:
                raise Failure(f"waited {seconds} s in vain for {what}")
            # To look takes time, too, which the program may need.
            time.sleep(min(max(0.05, 3 * (time.monotonic() - started)), 0.5))

    def each(self, roles=None, name=None):
        """One after the other."""
        if isinstance(roles, str):
            roles = BUTTONS if roles == "button" else (roles,)
        for node in self.program.tree().walk():
            if ((roles is None or node.role in roles)
                    and (name is None or re.search(name, plain(node.name)))):
                yield Thing(self.program, node.path, node.role)

    def all(self, roles=None, name=None):
        return list(self.each(roles, name))

    def find(self, roles, name, seconds=PATIENCE):
        """The first such thing that is seen, waiting for it."""
        def look():
            return next((thing for thing in self.each(roles, name) if thing.is_seen()), None)
        return self.wait(look, f"a {roles} named {name!r}", seconds)

    def says(self, text, seconds=PATIENCE):
        """A label with this text."""
        return self.find("label", text, seconds)

    def find_none(self, roles, name):
        found = [thing for thing in self.all(roles, name) if thing.is_seen()]
        if found:
            raise Failure(f"unexpected: {found}")

    def click(self, name, seconds=PATIENCE):
        """A button that is told of before it has a place, as in a bar that is about to slide in,
        does nothing yet."""
        def usable():
            return next((thing for thing in self.each("button", name)
                         if {"visible", "sensitive"} <= thing.states and thing.has_place()), None)
        self.wait(usable, f"a button named {name!r} that can be clicked", seconds).click()

    def choose_item(self, name):
        """In the menu that is open."""
        self.find("menu item", name, 30).click()

    def choose_file(self, path):
        """In the file chooser that is open, whether it opens or saves."""
        chooser = self.wait(lambda: self.xids()[1:], "the file chooser", 30)[-1]
        self.wait(lambda: self._put_path(path), f"{path} in the file chooser", 30)
        self.wait(lambda: self._confirm(chooser), "the file chooser to go", 30)

    def _confirm(self, chooser):
        """While it reads a folder, GTK 4.18 lets the key pass by."""
        self.key("Return")
        for _ in range(20):
            if chooser not in self.xids():
                return True
            time.sleep(0.1)
        return False

    def _put_path(self, path):
        thing = self.focused()
        if thing is not None and "EditableText" in thing.interfaces and len(self.xids()) > 1:
            if thing.text == path:
                return True
            thing.set_text(path)
            return False
        self.key("ctrl+l")
        time.sleep(0.5)
        return False

    # Keys and pictures.

    def xids(self):
        return list_xids(self.process.pid)

    def focus(self):
        xids = self.wait(self.xids, "an X window")
        subprocess.run(["xdotool", "windowfocus", "--sync", xids[-1]], check=False)

    def key(self, *keys):
        self.focus()
        subprocess.run(["xdotool", "key", "--delay", "30", *keys], check=True)

    def type(self, text):
        self.focus()
        subprocess.run(["xdotool", "type", "--delay", "15", text], check=True)

    def resize(self, width, height):
        """Without a window manager the shadow counts, which is drawn outside the window."""
        xid = self.wait(self.xids, "an X window")[0]
        subprocess.run(["xdotool", "windowsize", "--sync", xid, str(width), str(height)],
                       check=True)
        time.sleep(0.5)

    def picture(self, name, settle=0.7):
        """A PNG of the screen, of the part that the window takes."""
        time.sleep(settle)
        path = os.path.join(self.folder, name + ".png")
        subprocess.run(["import", "-silent", "-window", "root", "-trim", "+repage", path], check=False)
        return path

    def pictures(self, name, dialog=False):
        """One in each style, and then all is as it was.  Dialogs keep their size."""
        self.picture(name)
        if self.style_switch is None:
            return
        with self.switched(signal.SIGUSR1):
            self.picture(name + "-dark")
        if dialog:
            return
        xid = self.xids()[0]
        size = self.get_size(xid)
        for width, height, style in ((360, 720, "-360"), (1280, 900, "-scale-2")):
            with self.switched(signal.SIGUSR2 if width > 360 else None):
                self.set_size(xid, width, height)
                self.picture(name + style)
            self.set_size(xid, *size)
        time.sleep(0.3)

    @contextlib.contextmanager
    def switched(self, number):
        if number is not None:
            self.process.send_signal(number)
            time.sleep(0.2)
        yield
        if number is not None:
            self.process.send_signal(number)
            time.sleep(0.2)

    @staticmethod
    def get_size(xid):
        answer = subprocess.run(["xdotool", "getwindowgeometry", "--shell", xid],
                                capture_output=True, text=True, check=True)
        values = dict(line.split("=") for line in answer.stdout.split())
        return int(values["WIDTH"]), int(values["HEIGHT"])

    @staticmethod
    def set_size(xid, width, height):
        subprocess.run(["xdotool", "windowsize", xid, str(width), str(height)], check=True)

    def centre_dialog(self):
        """A window manager would; there is none here."""
        xids = self.wait(lambda: len(self.xids()) > 1 and self.xids(), "two X windows")
        sizes = []
        for xid in xids:
            sizes.append((*self.get_size(xid), xid))
        width, height, _ = max(sizes)
        small_width, small_height, xid = min(sizes)
        subprocess.run(["xdotool", "windowmove", "--sync", xid, str((width - small_width) // 2),
                        str((height - small_height) // 2)], check=True)

    def focused(self):
        nodes = [node for node in self.program.tree().walk() if "focused" in node.states]
        return Thing(self.program, nodes[-1].path) if nodes else None


def act(window, name):
    """An action of the page; GTK tells AT-SPI of all that are in force where the window is."""
    def find():
        for thing in window.each():
            try:
                actions = thing.list_actions()
            except GLib.Error:  # it went away while it was looked at
                actions = []
            if name in actions:
                return thing
        return None
    window.wait(find, f"an action {name}").act(name)


NEED_NAMES = BUTTONS + ("check box", "radio button", "text", "entry", "combo box", "slider",
                        "spin button", "progress bar", "menu item", "image", "list item")


# What GTK says of a thing that nobody named.
CLASS_NAME = re.compile(r"(Gtk|Adw|Fk)[A-Z]\w*")


def parents_of(node):
    while node.parent is not None and node.parent.role not in WINDOWS:
        node = node.parent
        yield node


def nameless(window):
    """What a screen reader could not say.

    What libadwaita and GTK make themselves has to be left out, on Debian 12: the close button of a
    toast, which goes by itself; the rows that a combo row drops down, whose texts are read; the
    search of preferences that have none.
    """
    bad = []
    for node in window.program.tree().walk():
        if node.role not in NEED_NAMES or "visible" not in node.states:
            continue
        if "focusable" not in node.states and node.role != "progress bar":
            continue
        parents = [f"{parent.role} {parent.name!r}" for parent in parents_of(node)]
        if any("AdwToastWidget" in parent or parent.startswith("combo box") for parent in parents):
            continue
        name = plain(node.name)
        if name == "GtkSearchEntry" and any("AdwLeaflet" in parent for parent in parents):
            continue
        if not name or CLASS_NAME.fullmatch(name):
            bad.append(f"<{node.role} {name!r} {node.description!r}> in " + " in ".join(parents))
    return bad


def wait_for_focus(focus, seconds=0.5):
    """The thing that has got the focus meanwhile, or None."""
    focus.path, deadline = None, time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not GLib.MainContext.default().iteration(False):
            if focus.path is not None:
                return Thing(focus.program, focus.path)
            time.sleep(0.01)
    return None


def tab_stops(window, limit=60):
    """What Tab reaches, in order, until it comes round."""
    stops = []
    focus = Focus(window.program)
    for _ in range(limit):
        window.key("Tab")
        thing = wait_for_focus(focus) or window.focused()
        stop = (thing.role, thing.name) if thing is not None else None
        if len(stops) > 2 and stop == stops[0]:
            break
        stops.append(stop)
    focus.stop()
    return stops
