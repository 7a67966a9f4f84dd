"""The bare baseline of gRPC: an echo by grpc.aio, with nothing around it.

python -m benchmarks.bare_grpc PORT
"""

import sys

import grpc
import uvloop
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

SERVICE = "bench.Echo"


async def echo(request: bytes, _context: object) -> bytes:
    return request


async def main(port: str) -> None:
    server = grpc.aio.server()
    handlers = {"Echo": grpc.unary_unary_rpc_method_handler(echo)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    state = health.aio.HealthServicer()  # pyright: ignore[reportAttributeAccessIssue]
    await state.set(SERVICE, health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
