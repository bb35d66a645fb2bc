# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad input and bad luck: one clear line, the right exit code, nothing half-written."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .. import proc, qemu, trouble
from . import Context, Item

NO_NETWORK = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy")}


def _bench(context: Context, words: Sequence[str | Path], env: Mapping[str, str] | None = None,
           before: Sequence[str] = ()) -> proc.Outcome:
    return proc.capture([*before, sys.executable, context.repo / "smmu-pm", *words],
                        cwd=context.scratch, env={**os.environ, **(env or {})})


def _item(name: str, done: proc.Outcome, code: int, *says: str, lines: int = 1) -> Item:
    """`lines`: how many lines, progress aside, it may take."""
    said = [line for line in done.output.splitlines() if line.strip() and not line.startswith("  ")]
    ok = (done.status == code and all(word in done.output for word in says)
          and 0 < len(said) <= lines and "Traceback" not in done.output
          and not any(c in done.output for c in "\r\x1b"))
    return Item(f"bad input: {name}", ok,
                "" if ok else f"exit code {done.status}, wanted {code} and {says}\n{done.output}")


def usage(context: Context) -> Iterator[Item]:
    out = context.scratch / "never"
    yield _item("unknown command", _bench(context, ["frobnicate"]), 128, "frobnicate")
    yield _item("unknown kernel", _bench(context, ["run", "--out", out, "--kernel", "debian-1"]),
                128, "debian-1", "debian-6.1")
    yield _item("unknown scenario", _bench(context, ["run", "--out", out, "--scenario", "nap"]),
                128, "nap", "submit-and-wait", "missing-scm-node")
    yield _item("unknown policy", _bench(context, ["run", "--policy", "shrug"]), 128, "shrug", "razwi")
    yield _item("unknown GPU", _bench(context, ["run", "--gpu", "a540"]), 128, "a540", "a530")
    yield _item("unknown way to lose power", _bench(context, ["run", "--on-collapse", "keep"]), 128,
                "keep", "retain-all")
    yield _item("a scenario on a kernel that it is not made for",
                _bench(context, ["run", "--out", out, "--kernel", "debian-6.1", "--scenario",
                                 "stall-lost"]), 128, "stall-lost", "debian-6.12")
    yield _item("a seed that is no number", _bench(context, ["run", "--seed", "x"]), 128, "seed")
    yield _item("QEMU arguments for list", _bench(context, ["list", "--", "-smp"]), 128, "list")
    yield _item("a journal that is not there", _bench(context, ["judge", "none.jsonl"]), 128,
                "none.jsonl")
    yield _item("a tree that is no QEMU", _bench(context, ["build", "--qemu-src", context.scratch]),
                128, "configure")
    yield Item("bad input: nothing is left of all that", not out.exists())


def kernel_images(context: Context) -> Iterator[Item]:
    folder = context.scratch / "own-kernels"
    folder.mkdir()
    out = context.scratch / "never"
    image = folder / "Image"

    def run(*words: str | Path) -> proc.Outcome:
        return _bench(context, ["run", "--out", out, "--kernel", image, *words])

    yield _item("an Image that is not there", run(), 128, "No such file")
    image.write_bytes(bytes(4096))
    yield _item("an Image that is no arm64 kernel", run(), 128, "no arm64 kernel")
    image.write_bytes(context.kernel.image.read_bytes())
    config = (context.kernel.folder / "config").read_text(encoding="utf-8")
    beside = folder / "Image.config"
    beside.write_text(config.replace("CONFIG_ARM_SMMU=y", "# CONFIG_ARM_SMMU is not set"),
                      encoding="utf-8")
    yield _item("a kernel without a needed option", run("--modules", folder), 128, "CONFIG_ARM_SMMU")
    beside.write_text(config, encoding="utf-8")
    yield _item("a kernel without its modules", run(), 128, "msm.ko", "--modules")
    yield _item("a module that is missing", run("--modules", folder), 128, "msm.ko")
    modules = folder / "modules"
    modules.mkdir()
    (modules / "msm.ko").write_bytes((context.kernel.modules / "msm.ko").read_bytes())
    yield _item("a module that another one needs", run("--modules", modules), 128,
                ".ko is missing", "needed by msm")
    (modules / "msm.ko").write_bytes(b"not ELF")
    yield _item("a module that is none", run("--modules", modules), 128, "msm.ko", "ELF")
    yield Item("bad input: nothing is left of these kernels", not out.exists())


def _deb(folder: Path, name: str, architecture: str, files: Mapping[str, bytes]) -> Path:
    tree = folder / f"tree-{name}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        f"Package: {name}\nVersion: 1-1\nArchitecture: {architecture}\nMaintainer: me <me@example.org>\n"
        "Description: a kernel, or not\n", encoding="utf-8")
    for place, data in files.items():
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        (tree / place).write_bytes(data)
    deb = folder / f"{name}.deb"
    proc.capture(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", tree, deb])
    return deb


def kernel_packages(context: Context) -> Iterator[Item]:
    """None of these packages comes as far as a boot."""
    folder = context.scratch / "packages"
    folder.mkdir()
    out = context.scratch / "never"
    image = context.kernel.image.read_bytes()
    config = (context.kernel.folder / "config").read_bytes()

    def run(*words: str | Path) -> proc.Outcome:
        return _bench(context, ["run", "--out", out, *words])

    yield _item("a package that is not there", run("--deb", folder / "no.deb"), 128, "no such file")
    foreign = _deb(folder, "linux-image-6.9-amd64", "amd64", {"boot/vmlinuz-6.9-amd64": b"x"})
    yield _item("a package of another architecture", run("--deb", foreign), 128, "amd64", "arm64")
    empty = _deb(folder, "hello", "arm64", {"usr/bin/hello": b"x"})
    yield _item("a package without a kernel", run("--deb", empty), 128, "holds no kernel")
    foul = _deb(folder, "linux-image-6.9", "arm64", {"boot/vmlinuz-6.9": b"x" * 99,
                                                     "boot/config-6.9": config})
    yield _item("a package whose kernel is none", run("--deb", foul), 128, "no arm64 kernel")
    bare = _deb(folder, "linux-image-6.9.1", "arm64", {"boot/vmlinuz-6.9.1": image,
                                                       "boot/config-6.9.1": config})
    yield _item("a package without the kernel's modules", run("--deb", bare), 128, "holds no modules")
    lacking = _deb(folder, "linux-image-6.9.2", "arm64", {
        "boot/vmlinuz-6.9.2": image,
        "boot/config-6.9.2": config.replace(b"CONFIG_ARM_SMMU=y", b"").replace(b"CONFIG_CMA=y", b""),
        "lib/modules/6.9.2/kernel/msm.ko": b"x"})
    yield _item("a package whose kernel lacks options", run("--deb", lacking), 128,
                "without CONFIG_ARM_SMMU, CONFIG_CMA")
    whole = bare.read_bytes()
    (folder / "cut.deb").write_bytes(whole[:len(whole) // 2])
    yield _item("a package that is cut off", run("--deb", folder / "cut.deb"), 128, "cut.deb",
                "is it all there", lines=3)
    (folder / "short.deb").write_bytes(whole[:100])
    yield _item("a package of which next to nothing is left", run("--deb", folder / "short.deb"), 128,
                "no Debian package", lines=3)
    yield _item("a package and a kernel", run("--deb", bare, "--kernel", "debian-6.1"), 128, "--deb")
    yield Item("bad input: nothing is left of these packages", not out.exists())


def build_trees(context: Context) -> Iterator[Item]:
    tree = context.scratch / "built"
    out = context.scratch / "never"

    def run(*words: str | Path) -> proc.Outcome:
        return _bench(context, ["run", "--out", out, "--build-dir", tree, *words])

    yield _item("a build tree that is not there", run(), 128, "no such folder")
    boot = tree / "arch/arm64/boot"
    boot.mkdir(parents=True)
    yield _item("a build tree that is none", run(), 128, "no .config")
    config = (context.kernel.folder / "config").read_text(encoding="utf-8")
    (tree / ".config").write_text(config, encoding="utf-8")
    yield _item("a tree in which nothing was built", run(), 128, "arch/arm64/boot/Image")
    image = context.kernel.image.read_bytes()
    (boot / "Image").write_bytes(image)
    yield _item("a build tree without its modules", run(), 128, "msm.ko is missing")
    (boot / "Image").write_bytes(image[:0x18] + b"\x04" + image[0x19:])
    yield _item("a kernel of other pages", run(), 128, "16K")
    (boot / "Image").write_bytes(image)
    (tree / ".config").write_text(config.replace("CONFIG_QCOM_SCM=y", ""), encoding="utf-8")
    yield _item("a build tree without a needed option", run(), 128, "CONFIG_QCOM_SCM")
    yield _item("--build-dir and --modules", run("--modules", tree), 128, "--build-dir", "--modules")
    yield _item("--build-dir and a known kernel", run("--kernel", "debian-6.1"), 128, "--build-dir")
    yield Item("bad input: nothing is left of these trees", not out.exists())


def early_panic(context: Context) -> Iterator[Item]:
    """A kernel that finds no root and panics, and one that then stands still for ever."""
    _ = context.bench
    image = context.scratch / "Image-panics"
    image.write_bytes(context.kernel.image.read_bytes())
    image.with_name("Image-panics.config").write_bytes((context.kernel.folder / "config").read_bytes())
    for name, word in (("panics early", "panic=-1"), ("panics early and stays", "panic=0")):
        began = time.monotonic()
        done = _bench(context, ["run", "--kernel", image, "--modules", context.kernel.modules,
                                "--scenario", "submit-and-wait", "--out", context.scratch / "panics",
                                "--", "-append", f"console=ttyAMA0 {word} rdinit=/none root=none"])
        ok = (done.status == 125 and "the kernel panicked before the exerciser began" in done.output
              and "Unable to mount root fs" in done.output and time.monotonic() - began < 60)
        yield Item(f"bad input: a kernel that {name} is named, and soon", ok, "" if ok else done.tail())


def network(context: Context) -> Iterator[Item]:
    home = context.scratch / "no-network"
    env = {**NO_NETWORK, "XDG_CACHE_HOME": str(home)}
    done = _bench(context, ["run", "--kernel", "debian-6.1", "--out", context.scratch / "never"], env)
    yield _item("no network", done, trouble.NETWORK, "network")
    kept = [path for kind in ("kernel/debian-6.1", "qemu-source", "tmp")
            for path in (home / "smmu-pm" / kind).glob("*")]
    yield Item("bad input: no network leaves nothing half-written", not kept, str(kept))


def full_disk(context: Context) -> Iterator[Item]:
    name = "a full disk"
    out = context.scratch / "full"
    out.mkdir()
    # A file system of its own, in a mount name space that ends with the command.
    space = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    script = 'mount -t tmpfs -o size=32k none "$0" && exec "$@"'
    if not proc.capture([*space, "sh", "-c", script, str(out), "true"]).ok:
        yield Item(f"bad input: {name}", None, "this system lets nobody mount a small file system")
        return
    done = _bench(context, ["run", "--scenario", "submit-and-wait", "--out", out],
                  before=[*space, "sh", "-c", script, str(out)])
    yield _item(name, done, trouble.DISK, "full", lines=12)


# Just enough of a QEMU tree for the overlay to lie on, with a build that a compiler refuses.
_NINJA = """\
rule cc
  command = gcc -c $in -o $out
build qemu-system-aarch64: cc broken.c
"""


def failed_build(context: Context) -> Iterator[Item]:
    sys.path.insert(0, str(context.repo / "tools"))
    import overlay
    tree = context.scratch / "qemu-broken"
    for addition in overlay.ADDITIONS:
        path = tree / addition.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(addition.anchor + "\n")
    for link in overlay.LINKS:
        (tree / link).parent.mkdir(parents=True, exist_ok=True)
    (tree / "VERSION").write_text("10.0.99\n", encoding="utf-8")
    others = "".join(f"build {target}: phony\n" for target in qemu.targets(context.repo, False)
                     if target != "qemu-system-aarch64")
    (tree / "broken.ninja").write_text(_NINJA + others, encoding="utf-8")
    configure = tree / "configure"
    configure.write_text(
        f"#!/bin/sh\ncp {tree}/broken.ninja build.ninja\necho 'int main(void) {{ retrun 0; }}' > broken.c\n",
        encoding="utf-8")
    configure.chmod(0o755)
    done = _bench(context, ["build", "--qemu-src", tree])
    yield _item("a QEMU that does not compile", done, trouble.BUILD, "retrun", "qemu-build.log")


def _processes(word: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            pass
    return [pid for pid in found if pid != os.getpid()]


def interrupted(context: Context) -> Iterator[Item]:
    _ = context.bench  # so that what is interrupted is a boot
    out = context.scratch / "interrupted"
    process = subprocess.Popen(
        [sys.executable, context.repo / "smmu-pm", "run", "--scenario", "idle-powers-off",
         "--out", out], cwd=context.scratch, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        # A shell's background job has it ignored, and so would whatever that starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    deadline = time.monotonic() + 120
    # QEMU names a file in the folder; the command itself only the folder.
    while not _processes(f"{out}/") and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[0].decode()
    done = proc.Outcome(process.returncode, said)
    yield _item("Ctrl-C while a guest runs", done, trouble.INTERRUPTED, "interrupted")
    yield Item("bad input: Ctrl-C leaves no process behind", not _processes(str(out)))
    left = [path for path in out.rglob("*") if path.is_file()]
    yield Item("bad input: Ctrl-C leaves nothing half-written", not left, str(left))


def judged_again(context: Context) -> Iterator[Item]:
    """`judge` finds in a journal what the run found."""
    codes = {"PASS": 0, "FAIL": 1, "ERROR": 125, "VACUOUS": 125}
    for folder in sorted((context.scratch / "table" / "debian-6.1").glob("*")):
        verdict = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))["verdict"]
        done = _bench(context, ["judge", folder / "journal.jsonl"])
        ok = done.status == codes[verdict] and done.output.rstrip().endswith(verdict)
        yield Item(f"judge: {folder.name} is {verdict} again", ok, "" if ok else done.tail())
