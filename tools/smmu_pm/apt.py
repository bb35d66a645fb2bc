# SPDX-License-Identifier: GPL-2.0-or-later
"""A private apt root: any suite, the host's own mirrors and keys, none of the host's lists touched.

Its sources are made from the system's at run time, with the suite exchanged: no mirror is named
here. Whatever the system is told about proxies and the like (Acquire::…) holds here as well.
"""
from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import cache, packages, proc
from .trouble import BENCH, NETWORK, Trouble
from .ui import Step

FRESH_SECONDS = 24 * 3600
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# kind, suite, architecture: what is ever fetched
WANTED = (
    ("deb-src", "trixie", ""),
    ("deb-src", "trixie-security", ""),
    ("deb", "bookworm", "arm64"),
    ("deb", "bookworm-security", "arm64"),
    ("deb", "trixie", "arm64"),
    ("deb", "trixie-security", "arm64"),
    # For what runs here when the guest's module is built: kbuild's own programs.
    ("deb", "bookworm", "host"),
    ("deb", "bookworm-security", "host"),
    ("deb", "trixie", "host"),
    ("deb", "trixie-security", "host"),
)
WANTED_OLD_HOST = (("deb", "bookworm-backports", "host"),)
# Where Debian's newest kernel may be. They are read only when it is asked for, into a root of their
# own; each may be missing: a mirror that lags has lists of unstable that have expired.
NEWEST = ("trixie-backports", "sid", "experimental")


@dataclass(frozen=True)
class Source:
    """One address of the system's configuration."""

    uri: str
    suite: str
    components: tuple[str, ...]
    signed_by: str = ""  # as written; several lines for a key in place


def parse_list(text: str) -> list[Source]:
    """The one-line format."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)\s*(?:#.*)?",
                             line)
        if match is None:
            continue
        options = dict(re.findall(r"([\w-]+)=(\S+)", match[1] or ""))
        found.append(Source(match[2], match[3], tuple(match[4].split()),
                            options.get("signed-by", "")))
    return found


def parse_sources(text: str) -> list[Source]:
    """The deb822 format."""
    found = []
    for stanza in re.split(r"\n[ \t]*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in (" ", "\t"):
                fields[name] = fields.get(name, "") + "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in ("no", "false", "0"):
            continue
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                found.append(Source(uri, suite, tuple(fields.get("components", "").split()),
                                    fields.get("signed-by", "")))
    return found


def system_sources(etc: Path = Path("/etc/apt")) -> list[Source]:
    files = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]
    found: list[Source] = []
    for file in files:
        parse = {".list": parse_list, ".sources": parse_sources}.get(file.suffix)
        if parse is not None and file.is_file():
            found += parse(file.read_text(encoding="utf-8", errors="replace"))
    return found


def choose(sources: Iterable[Source], codename: str) -> tuple[Source, Source]:
    """Debian's archive and its security archive among the system's sources."""
    aliases = {codename, "stable", "oldstable"}

    def best(suites: set[str]) -> Source | None:
        fit = [s for s in sources if s.suite.rstrip("/") in suites and "main" in s.components]
        # Others also call a suite of theirs by Debian's code name.
        fit.sort(key=lambda s: ("debian-archive" not in s.signed_by,
                                not re.search(r"/debian(-security)?/?$", s.uri)))
        return fit[0] if fit else None

    archive = best(aliases)
    if archive is None:
        raise Trouble(f"apt's configuration has no source of Debian's own suite '{codename}'", BENCH)
    security = best({f"{name}-security" for name in aliases}
                    | {f"{name}/updates" for name in aliases})
    return archive, security or archive


def write_stanza(kind: str, source: Source, suite: str, architecture: str) -> str:
    lines = [f"Types: {kind}", f"URIs: {source.uri}", f"Suites: {suite}", "Components: main"]
    if architecture:
        lines.append(f"Architectures: {architecture}")
    if source.signed_by:
        lines.append(f"Signed-By: {source.signed_by}")
    elif Path(KEYRING).exists():
        lines.append(f"Signed-By: {KEYRING}")
    return "\n".join(lines) + "\n"


class Apt:
    """The private root. Lists are fetched when first needed, and again after a day."""

    def __init__(self, suite: str = "") -> None:
        """`suite`: what it is for, if that may be several suites."""
        self.codename, number = packages.release()
        self.newest = suite == ", ".join(NEWEST)
        self.root = cache.folder("apt", self.codename + ("-newest" if self.newest else ""))
        self.old_host = number < packages.NEW_ENOUGH_FROM
        self.architecture = proc.capture(["dpkg", "--print-architecture"]).output.strip()
        self._ready = False

    @property
    def _sources(self) -> Path:
        return self.root / "sources.list.d" / "smmu-pm.sources"

    def _wanted(self) -> str:
        """The text of the sources file."""
        archive, security = choose(system_sources(), self.codename)
        if self.newest:
            return "\n".join(write_stanza("deb", archive, suite, "arm64") for suite in NEWEST)
        stanzas = []
        for kind, suite, architecture in (*WANTED, *(WANTED_OLD_HOST if self.old_host else ())):
            if suite.endswith("-security"):
                if security is archive:
                    continue
                source = security
            else:
                source = archive
            if architecture == "host":
                architecture = self.architecture
            stanzas.append(write_stanza(kind, source, suite, architecture))
        return "\n".join(stanzas)

    def _fresh(self, wanted: str) -> bool:
        """Read today, and from the same sources: a newer smmu-pm may want more suites."""
        stamp = self.root / "updated"
        return (stamp.exists() and time.time() - stamp.stat().st_mtime <= FRESH_SECONDS
                and self._sources.is_file()
                and self._sources.read_text(encoding="utf-8") == wanted)

    def _configure(self, wanted: str) -> None:
        root = self.root
        for name in ("lists/partial", "cache/archives/partial", "state", "sources.list.d"):
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / "status").touch()
        (root / "updated").unlink(missing_ok=True)
        self._sources.write_text(wanted, encoding="utf-8")
        dumped = proc.capture(["apt-config", "dump", "Acquire"]).output
        # Index targets of the host's desktop are none of ours.
        kept = [line for line in dumped.splitlines()
                if line.startswith("Acquire::") and "IndexTargets" not in line]
        (root / "apt.conf").write_text("\n".join([
            *kept,
            'Dir::Etc::sourcelist "/dev/null";',
            f'Dir::Etc::sourceparts "{root}/sources.list.d";',
            'Dir::Etc::parts "/dev/null";',
            f'Dir::State "{root}/state";',
            f'Dir::State::lists "{root}/lists";',
            f'Dir::State::status "{root}/status";',
            f'Dir::Cache "{root}/cache";',
            f'APT::Architectures {{ "{self.architecture}"; "arm64"; }};',
            'APT::Sandbox::User "root";',
            'Acquire::Languages "none";',
            'Acquire::Retries "2";',
            ""]), encoding="utf-8")

    def _env(self) -> dict[str, str]:
        return {**os.environ, "APT_CONFIG": str(self.root / "apt.conf"), "LC_ALL": "C.UTF-8"}

    def _prepare(self) -> None:
        if self._ready:
            return
        with cache.lock(f"apt-{self.root.name}"):
            wanted = self._wanted()
            if not self._fresh(wanted):
                self._configure(wanted)
                with Step("reading Debian's package lists") as step:
                    log = cache.log("apt-lists")
                    strict = [] if self.newest else ["--error-on=any"]
                    done = proc.run(["apt-get", "update", *strict], log=log, env=self._env(), step=step)
                if not done.ok and not (self.newest and self._read_lists()):
                    raise Trouble(f"Debian's package lists cannot be had; is there a network? See {log}",
                                  NETWORK, packages.errors_of(done.output))
                (self.root / "updated").touch()
        self._ready = True

    def _read_lists(self) -> list[Path]:
        """Lists of packages that are there, of whatever suite."""
        return list((self.root / "lists").glob("*_Packages"))

    def _cache(self, *words: str) -> str:
        self._prepare()
        return proc.capture(["apt-cache", *words], env=self._env()).output

    def candidate(self, package: str, suite: str) -> str:
        """The newest version in a suite or its security suite; of a source package or a binary.

        Of several suites, with ", " between them, the newest of all.
        """
        suites = "|".join(suite.split(", "))
        versions = []
        for line in self._cache("madison", package).splitlines():
            fields = [field.strip() for field in line.split("|")]
            if len(fields) == 3 and re.search(rf"\s({suites})(-security)?/main\s", fields[2] + " "):
                versions.append(fields[1])
        newest = ""
        for version in versions:
            if not newest or proc.capture(
                    ["dpkg", "--compare-versions", version, "gt", newest]).ok:
                newest = version
        if not newest:
            raise Trouble(f"Debian's {suite} has no package {package}", NETWORK)
        return newest

    def depends(self, package: str, version: str) -> list[str]:
        """Names of the packages that this version of a package depends on."""
        shown = self._cache("show", f"{package}={version}")
        match = re.search(r"^Depends: (.*)$", shown, re.MULTILINE)
        return [re.split(r"[ (:|]", item.strip())[0] for item in match[1].split(",")] if match else []

    def _fetch(self, title: str, words: list[str], into: Path) -> None:
        self._prepare()
        log = cache.log("apt-download")
        with Step(f"downloading {title}") as step:
            done = proc.run(["apt-get", *words], log=log, cwd=into, env=self._env(), step=step)
        if not done.ok:
            raise Trouble(f"{title} cannot be downloaded; is there a network? See {log}", NETWORK,
                          packages.errors_of(done.output))

    def download(self, package: str, version: str, into: Path) -> Path:
        """The .deb of a binary package."""
        self._fetch(f"{package} {version}", ["download", f"{package}={version}"], into)
        return max(into.glob(f"{package.split(':')[0]}_*.deb"))

    def source(self, package: str, version: str, into: Path) -> Path:
        """The .dsc of a source package, its files beside it; apt has verified them."""
        self._fetch(f"the source of {package} {version}",
                    ["source", "--download-only", "--only-source", f"{package}={version}"], into)
        return max(into.glob(f"{package}_*.dsc"))


def unpack(deb: Path, into: Path) -> None:
    done = proc.capture(["dpkg-deb", "-x", deb, into])
    if not done.ok:
        raise Trouble(f"{deb.name} cannot be unpacked", BENCH, done.tail(5))
