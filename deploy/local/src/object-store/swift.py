# Runs the four servers of OpenStack Swift in one process, so that a test can kill them at once.
# Usage: swift.py DIRECTORY PORT. The directory holds the files of swift-files.ts; the S3 API listens on 127.0.0.1:PORT.
import os
import sys

home, port = sys.argv[1], int(sys.argv[2])

# Before anything else of Swift is imported, since it reads the file then.
from swift.common import utils  # noqa: E402
utils.SWIFT_CONF_FILE = os.path.join(home, 'swift.conf')

import eventlet  # noqa: E402
eventlet.hubs.use_hub(utils.get_hub())
eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True)

from eventlet import wsgi  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol, loadapp  # noqa: E402

utils.validate_configuration()


def listen(at):
    return eventlet.listen(('127.0.0.1', at), reuse_addr=True)


def write_ring(name, at):
    """One disk, one replica."""
    builder = RingBuilder(1, 1, 1)
    builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'weight': 1, 'ip': '127.0.0.1', 'port': at, 'device': 'disk'})
    builder.rebalance()
    builder.get_ring().save(os.path.join(home, name + '.ring.gz'))


def serve(name, socket):
    app = loadapp(os.path.join(home, name + '.conf'))
    log = utils.NullLogger()
    wsgi.server(socket, app, log, protocol=SwiftHttpProtocol, capitalize_response_headers=False)


sockets = {name: listen(0) for name in ('account', 'container', 'object')}
for name, socket in sockets.items():
    write_ring(name, socket.getsockname()[1])
threads = [eventlet.spawn(serve, name, socket) for name, socket in sockets.items()]
threads.append(eventlet.spawn(serve, 'proxy', listen(port)))
for thread in threads:
    thread.wait()
