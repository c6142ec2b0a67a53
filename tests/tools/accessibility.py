# SPDX-License-Identifier: GPL-3.0-or-later
"""The accessibility bus, as far as the tests need it, by its own messages.

libatspi asks for each property of each object with a message of its own, which is most of what a
journey through a window costs.  Programs also tell all that they know of in one message, meant to
fill a cache.  There GTK lists what was asked for at least once, also when it is hidden, so only the
children are asked for one by one, a whole generation at a time.
"""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROOT = "/org/a11y/atspi/accessible/root"
PREFIX = "org.a11y.atspi."
TIMEOUT_MS = 10000  # machines are busy
STATES = {int(getattr(Atspi.StateType, name)): name.lower() for name in dir(Atspi.StateType)
          if name.isupper()}
# Have nothing below them.
LEAVES = ("label", "image", "icon", "separator", "scroll bar", "progress bar")
ROWS_LOOKED_AT = 40  # of hundreds that a long list has


def read_states(words):
    """Their names; each is a bit."""
    bits = words[0] | words[1] << 32
    return {STATES[bit] for bit in range(64) if bits >> bit & 1 and bit in STATES}


class Bus:
    """The connection to it.  GLib.Error of any method: what was asked is not there any more."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address, = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
                                     None, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS).unpack()
        self.connection = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def call(self, name, path, interface, method, arguments=None):
        answer = self.connection.call_sync(name, path, interface, method, arguments, None,
                                           Gio.DBusCallFlags.NONE, TIMEOUT_MS)
        return answer.unpack()

    def programs(self):
        refs, = self.call(PREFIX + "Registry", ROOT, PREFIX + "Accessible", "GetChildren")
        return [Program(self, name) for name, _ in refs]


class Program:
    """One that has told of itself on the bus."""

    def __init__(self, bus, name):
        self.bus, self.name = bus, name
        self.root = Accessible(self, ROOT)

    def get_process_id(self):
        pid, = self.bus.call("org.freedesktop.DBus", "/org/freedesktop/DBus",
                             "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                             GLib.Variant("(s)", (self.name,)))
        return pid

    def list_nodes(self):
        """All that it knows of, by path."""
        items, = self.bus.call(self.name, "/org/a11y/atspi/cache", PREFIX + "Cache", "GetItems")
        return {item[0][1]: Node(item) for item in items}

    def list_children(self, paths):
        """Of each of these the paths of its children, none where it has gone meanwhile."""
        answers = {}

        def on_answer(connection, result, path):
            try:
                refs, = connection.call_finish(result).unpack()
            except GLib.Error:
                refs = []
            answers[path] = [child for _, child in refs[:ROWS_LOOKED_AT]]

        for path in paths:
            self.bus.connection.call(self.name, path, PREFIX + "Accessible", "GetChildren", None,
                                     None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None, on_answer, path)
        while len(answers) < len(paths):
            GLib.MainContext.default().iteration(True)
        return answers

    def tree(self):
        """What is shown at this moment: the node of the program itself, with all below it."""
        nodes, children = self.list_nodes(), {}
        generation = [ROOT]
        while generation:
            children |= self.list_children(generation)
            generation = [child for parent in generation for child in children[parent]
                          if child not in nodes or nodes[child].may_have_children()]
        if any(path not in nodes for path in children):
            nodes = self.list_nodes()
        for parent, paths in children.items():
            for node in (nodes[path] for path in paths if parent in nodes and path in nodes):
                node.parent = nodes[parent]
                nodes[parent].children.append(node)
                if not node.name and node.role == "menu item":
                    node.name = self.read_label(node.path)
        return nodes[ROOT]

    def read_label(self, path):
        try:
            return Accessible(self, path).label
        except GLib.Error:  # it went away while it was looked at
            return ""


class Node:
    """What was told of one object, at the moment of its tree."""

    def __init__(self, item):
        (_, self.path), _, _, _, self.n_children = item[:5]
        self.interfaces, self.name, role, self.description, self.words = item[5:]
        self.role = Atspi.role_get_name(Atspi.Role(role))
        self.parent, self.children = None, []

    @property
    def states(self):
        return read_states(self.words)

    def may_have_children(self):
        return self.n_children > 0 and self.role not in LEAVES

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


class Accessible:
    """One object, asked anew each time."""

    def __init__(self, program, path):
        self.program, self.path = program, path

    def call(self, interface, method, signature=None, *arguments):
        variant = GLib.Variant(signature, arguments) if signature is not None else None
        return self.program.bus.call(self.program.name, self.path, PREFIX + interface, method,
                                     variant)

    def get(self, interface, name):
        value, = self.program.bus.call(self.program.name, self.path,
                                       "org.freedesktop.DBus.Properties", "Get",
                                       GLib.Variant("(ss)", (PREFIX + interface, name)))
        return value

    @property
    def role(self):
        number, = self.call("Accessible", "GetRole")
        return Atspi.role_get_name(Atspi.Role(number))

    @property
    def name(self):
        return self.get("Accessible", "Name")

    @property
    def label(self):
        """The text of what it is labelled by."""
        relations, = self.call("Accessible", "GetRelationSet")
        for relation, refs in relations:
            if relation == Atspi.RelationType.LABELLED_BY:
                return Accessible(self.program, refs[0][1]).text
        return ""

    @property
    def description(self):
        return self.get("Accessible", "Description")

    @property
    def states(self):
        words, = self.call("Accessible", "GetState")
        return read_states(words)

    @property
    def interfaces(self):
        names, = self.call("Accessible", "GetInterfaces")
        return [name.removeprefix(PREFIX) for name in names]

    @property
    def n_children(self):
        return self.get("Accessible", "ChildCount")

    def child_paths(self):
        refs, = self.call("Accessible", "GetChildren")
        return [path for _, path in refs]

    @property
    def text(self):
        """It must be asked for with its length."""
        text, = self.call("Text", "GetText", "(ii)", 0, self.get("Text", "CharacterCount"))
        return text

    def set_text(self, text):
        self.call("EditableText", "SetTextContents", "(s)", text)

    @property
    def value(self):
        return self.get("Value", "CurrentValue")

    @property
    def actions(self):
        """Their names.  Of a widget without any, GTK 4.8 says that it has one."""
        try:
            return [self.call("Action", "GetName", "(i)", index)[0]
                    for index in range(self.get("Action", "NActions"))]
        except GLib.Error:
            return []

    def list_actions(self):
        """The same in one message, which some name in the person's language: not the widget's own."""
        told, = self.call("Action", "GetActions")
        return [name for name, _, _ in told]

    def do_action(self, index):
        self.call("Action", "DoAction", "(i)", index)

    def select_child(self, index):
        done, = self.call("Selection", "SelectChild", "(i)", index)
        return done

    @property
    def extents(self):
        """Left, top, width and height within its window."""
        box, = self.call("Component", "GetExtents", "(u)", int(Atspi.CoordType.WINDOW))
        return box


class Focus:
    """Follows the focus by what the program tells."""

    def __init__(self, program):
        self.program, self.path = program, None
        self.bus = program.bus
        self.bus.call(PREFIX + "Registry", "/org/a11y/atspi/registry", PREFIX + "Registry",
                      "RegisterEvent", GLib.Variant("(sass)", ("object:state-changed:focused", [], "")))
        self.subscription = self.bus.connection.signal_subscribe(
            program.name, PREFIX + "Event.Object", "StateChanged", None, "focused",
            Gio.DBusSignalFlags.NONE, self._on_signal)

    def _on_signal(self, _connection, _sender, path, _interface, _signal, arguments):
        if arguments.unpack()[1]:
            self.path = path

    def stop(self):
        self.bus.connection.signal_unsubscribe(self.subscription)
