"""Networks for export_model_test.py; those that it names on a command line must be importable."""

from collections import OrderedDict

from torch import nn

IMAGE = (1, 3, 8, 8)


def conv(inputs=3, outputs=3, kernel=3, **more):
    """A Conv2d that keeps height and width."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, **more)


class Net(nn.Module):
    """A network of the members given by keyword; its forward is a function of the network and its inputs."""

    def __init__(self, function=None, **members):
        super().__init__()
        self.function = function
        for name, member in members.items():
            self.add_module(name, member)

    def forward(self, *inputs):
        return self.function(self, *inputs)


class EncoderLayer(nn.Module):
    """For input of (length, batch, 16)."""

    def __init__(self):
        super().__init__()
        self.l = nn.TransformerEncoderLayer(16, 2, 32)  # noqa: E741
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        return self.head(self.l(x))


class Lstm(nn.Module):
    """For input of (batch, length, 8)."""

    def __init__(self):
        super().__init__()
        self.l = nn.LSTM(8, 8, batch_first=True)  # noqa: E741
        self.g = nn.GRU(8, 8)
        self.l2 = nn.LSTM(8, 8, 2)
        self.f = nn.Linear(8, 4)

    def forward(self, x):
        x, _ = self.l(x)
        x, _ = self.g(x)
        x, _ = self.l2(x)
        return self.f(x[-1])


class Padding(nn.Module):
    """For input of (batch, 3, height, width)."""

    def __init__(self):
        super().__init__()
        self.a = conv(3, 4, padding_mode="reflect")
        self.b = conv(4, 4, padding_mode="circular")
        self.c = conv(4, 4, padding_mode="replicate")
        self.d = conv(4, 4)
        self.p = nn.AvgPool2d(2, padding=1)
        self.q = nn.ZeroPad2d(1)

    def forward(self, x):
        return self.p(self.q(self.d(self.c(self.b(self.a(x))))))


TINY = nn.Sequential(conv(), nn.ReLU())


def two_inputs():
    """Takes indices of (batch, length) and features of (batch, length, 8)."""
    return Net(lambda net, ids, x: net.f(net.e(ids) + x), e=nn.Embedding(10, 8), f=nn.Linear(8, 8))


def talkative():
    """Writes to standard output."""

    def forward(net, x):
        print("running")
        return net.c(x)

    print("made")
    return Net(forward, c=conv())


def foreign():
    """Has a module with a name outside ASCII."""
    return nn.Sequential(OrderedDict([("\u4e2d", nn.ReLU())]))


def broken():
    """Fails."""
    return 1 // 0
