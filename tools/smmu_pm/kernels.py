# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels to boot: the known ones, and an Image of one's own (more ways to name one: own_kernel.py).

A cache entry holds what a run needs of a kernel, so that the next one reads it and nothing else:

    Image  config  kernel.json  modules/NAME.ko  modules/order
    symbols  module-symbols/NAME.sym    see symbols_of_module()
"""
from __future__ import annotations

import gzip
import json
import lzma
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from . import apt, cache, elf, kbuild, kernel_image, kernel_package, kernel_symbols, packages
from .trouble import BENCH, TREE, Trouble
from .ui import Step
from .variants import DEBUG, VARIANTS, Variant, content, fragment

FORMAT = 1  # of a cache entry

# The drivers under test, and what the guest cannot do without.
NEEDED_OPTIONS = (
    "ARCH_QCOM", "ARM_SMMU", "COMMON_CLK_QCOM", "QCOM_GDSC", "MSM_GCC_8996", "MSM_MMCC_8996",
    "DRM_MSM", "QCOM_SCM", "PM", "CMA", "DMA_CMA", "DEVTMPFS", "SERIAL_AMBA_PL011_CONSOLE",
    "BLK_DEV_INITRD",
)
# drm/msm does not select them, or only where what they depend on is there.
NEEDED_SINCE = {(6, 17): ("QCOM_UBWC_CONFIG",), (7, 2): ("QCOM_SMEM", "HWSPINLOCK_QCOM")}
# What the guest loads, in this order, with all that they depend on. Each is a module only where its
# option says so. The governor is asked for by name at run time.
ROOT_MODULES = {
    "gcc_msm8996": "MSM_GCC_8996",
    "mmcc_msm8996": "MSM_MMCC_8996",
    "qcom_scm": "QCOM_SCM",
    "arm_smmu": "ARM_SMMU",
    "qcom_hwspinlock": "HWSPINLOCK_QCOM",
    "governor_simpleondemand": "DEVFREQ_GOV_SIMPLE_ONDEMAND",
    "msm": "DRM_MSM",
}
OPTIONAL_MODULES = ("qcom_hwspinlock", "governor_simpleondemand")
# A lock that is of use for nothing but the SMEM, in which ubwc_config looks for the kind of memory.
SMEM_LOCK = "qcom_hwspinlock"
SMEM_USER, SMEM_USER_OPTION = "ubwc_config", "QCOM_UBWC_CONFIG"


@dataclass(frozen=True)
class Debian:
    """A stock kernel of Debian's."""

    name: str
    suite: str  # or several: the newest package of all of them
    package: str
    summary: str


DEBIAN = {
    kernel.name: kernel for kernel in (
        Debian("debian-6.1", "bookworm", "linux-image-arm64", "Debian 12's own, with updates"),
        Debian("debian-6.12", "trixie", "linux-image-arm64", "Debian 13's own, with updates"),
        Debian("debian-newest", ", ".join(apt.NEWEST), "linux-image-arm64", "the newest of Debian's"),
    )
}
KNOWN: dict[str, Debian | Variant] = {**DEBIAN, **VARIANTS}
# What is booted unless kernels are named: nobody has to build one to begin.
DEFAULT = ("debian-6.1", "debian-6.12")


@dataclass(frozen=True)
class Kernel:
    """One that can be booted."""

    name: str
    folder: Path
    version: str  # of the package, or what the Image says of itself
    known: bool = True  # False: an Image of one's own, of which no table speaks
    build_dir: Path | None = None  # a prepared tree, against which external modules can be built

    @property
    def image(self) -> Path:
        return self.folder / "Image"

    @property
    def modules(self) -> Path:
        """Folder of modules, with the file `order` that lists them as they are to be loaded."""
        return self.folder / "modules"

    @property
    def symbols(self) -> Path:
        return self.folder / "symbols"

    @property
    def module_symbols(self) -> Path:
        return self.folder / "module-symbols"


def parse_config(text: str) -> dict[str, str]:
    return dict(re.findall(r"^CONFIG_(\w+)=(.*)$", text, re.MULTILINE))


def config_of(path: Path, image: bytes) -> str:
    """A user's kernel's configuration: in the Image, beside it, or in its build tree."""
    beside = [path.with_name(path.name + ".config"),
              path.with_name(path.name.replace("vmlinuz", "config"))]
    if path.name.startswith("Image"):
        beside += [path.with_name("config"), path.with_name(".config"),
                   *(parent / ".config" for parent in path.resolve().parents[2:4])]
    for place in beside:
        if place != path and place.is_file():
            return place.read_text(encoding="utf-8", errors="replace")
    return kernel_image.embedded_config(image)


def needed_options(release: str) -> tuple[str, ...]:
    """Of a kernel of this release; of one that does not say, what all of them need."""
    numbers = re.match(r"(\d+)\.(\d+)", release)
    version = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    return NEEDED_OPTIONS + tuple(option for since, options in NEEDED_SINCE.items()
                                  if version >= since for option in options)


def check_options(name: str, config: dict[str, str], release: str = "") -> None:
    lacking = [f"CONFIG_{option}" for option in needed_options(release)
               if config.get(option) not in ("y", "m")]
    if lacking:
        raise Trouble(f"kernel {name} is built without {', '.join(lacking)}")


def read_module(path: Path) -> bytes:
    """A module's ELF file, whatever it is packed with."""
    try:
        if path.suffix == ".xz":
            return lzma.decompress(path.read_bytes())
        if path.suffix == ".gz":
            return gzip.decompress(path.read_bytes())
        if path.suffix == ".zst":
            return kernel_image.unzstd(path.read_bytes(), path)
        return path.read_bytes()
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise Trouble(f"{path}: cannot be read: {error}") from None


def module_name(path: Path) -> str:
    return path.name.split(".ko")[0].replace("-", "_")


def find_modules(folder: Path) -> dict[str, Path]:
    """The files of modules by name: those that the build of a tree lists, or all that there are."""
    listed = folder / "modules.order"
    if listed.is_file() and (folder / ".config").is_file():
        lines = listed.read_text(encoding="utf-8", errors="replace").split()
        built = [(folder / line).with_suffix(".ko") for line in lines]
        return {module_name(path): path for path in built if path.is_file()}
    return {module_name(path): path for path in sorted(folder.rglob("*.ko*"))
            if path.name.endswith((".ko", ".ko.xz", ".ko.zst", ".ko.gz"))}


def load_order(folder: Path, config: dict[str, str]) -> list[tuple[str, bytes]]:
    """The modules to load, each after those that it depends on (its own .modinfo says which).

    A root that the kernel has built in, or that it has not at all though it may, is left out.
    """
    files = find_modules(folder)
    data: dict[str, bytes] = {}

    def add(order: list[str], name: str, wanted_by: str) -> None:
        if name in order:
            return
        if name not in files:
            where = f" (needed by {wanted_by})" if wanted_by else ""
            raise Trouble(f"module {name}.ko is missing from {folder}{where}")
        data[name] = read_module(files[name])
        try:
            depends = elf.modinfo(elf.Elf(data[name])).get("depends", "")
        except elf.ElfError as error:
            raise Trouble(f"{files[name]}: {error}") from None
        for other in filter(None, depends.split(",")):
            add(order, other.replace("-", "_"), name)
        order.append(name)

    def closure(without: set[str]) -> list[str]:
        order: list[str] = []
        for root, option in ROOT_MODULES.items():
            state = config.get(option, "n" if config else "")
            if root in without or state in ("y", "n"):
                continue
            # Without a configuration, what is there is a module.
            if root in files or root == "msm" or (state and root not in OPTIONAL_MODULES):
                add(order, root, "")
        return order

    order = closure({SMEM_LOCK})
    if SMEM_USER in order or config.get(SMEM_USER_OPTION) == "y":
        order = closure(set())
    return [(name, data[name]) for name in order]


def check_release(release: str, modules: list[tuple[str, bytes]]) -> None:
    """Modules of another kernel are refused by this one."""
    for name, data in modules:
        built_for = elf.modinfo(elf.Elf(data)).get("vermagic", release).split(" ")[0]
        if built_for != release:
            raise Trouble(f"module {name}.ko is for {built_for}, the kernel is {release}")


def symbols_of_module(data: bytes) -> str:
    """Lines "SECTION OFFSET NAME", by section and offset; where sections lie, the guest reports."""
    return "".join(f"{symbol.section} {symbol.value:#x} {symbol.name}\n"
                   for symbol in elf.functions(elf.Elf(data)))


def fill(into: Path, image: bytes, config: str, modules: Path | None, facts: dict[str, str],
         system_map: Path | None = None, vmlinux: Path | None = None) -> None:
    """Makes a cache entry."""
    options = parse_config(config)
    release = kernel_image.banner(image)
    if options:
        check_options(facts["name"], options, release)
    if modules is None and options.get("DRM_MSM") == "m":
        raise Trouble(f"kernel {facts['name']} has drm/msm as a module, msm.ko: give --modules DIR")
    (into / "Image").write_bytes(image)
    (into / "config").write_text(config, encoding="utf-8")
    (into / "modules").mkdir()
    (into / "module-symbols").mkdir()
    order = load_order(modules, options) if modules is not None else []
    check_release(release, order)
    (into / "modules" / "order").write_text("".join(f"{name}.ko\n" for name, _ in order),
                                            encoding="utf-8")
    for name, data in order:
        (into / "modules" / f"{name}.ko").write_bytes(data)
        (into / "module-symbols" / f"{name}.sym").write_text(symbols_of_module(data), encoding="utf-8")
    (into / "symbols").write_text(kernel_symbols.find(image, system_map, vmlinux), encoding="utf-8")
    (into / "kernel.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _open(name: str, folder: Path) -> Kernel:
    facts = json.loads((folder / "kernel.json").read_text(encoding="utf-8"))
    return Kernel(name, folder, facts["version"])


def _fetch(known: Debian) -> Path:
    there = sorted(cache.folder("kernel", known.name).glob(f"{FORMAT}-*"),
                   key=lambda path: path.stat().st_mtime)
    if there:
        return there[-1]
    packages.need(packages.APT)
    source = apt.Apt(known.suite)
    meta = f"{known.package}:arm64"
    version = source.candidate(meta, known.suite)
    package = next((name for name in source.depends(meta, version)
                    if name.startswith("linux-image-")), "")
    if not package:
        raise Trouble(f"{known.package} {version} depends on no kernel", BENCH)

    def make(into: Path) -> None:
        with cache.scratch() as folder:
            debs = [kernel_package.inspect(source.download(f"{package}:arm64", version, folder))]
            debs += [kernel_package.inspect(source.download(f"{name}:arm64", version, folder))
                     for name in debs[0].parts]
            with Step(f"unpacking kernel {version}"):
                kernel_package.unpack(debs, folder / "tree")
                found = kernel_package.find(folder / "tree")
                if found is None or found.config is None or found.modules is None:
                    raise Trouble(f"{package} {version} is not laid out as Debian's kernels were", BENCH)
                fill(into, kernel_image.read(found.image), found.config.read_text(encoding="utf-8"),
                     found.modules, {"name": known.name, "version": f"{package} {version}"},
                     found.system_map)

    return cache.entry(f"kernel/{known.name}", f"{FORMAT}-{version.replace(':', '_')}", make)


def _own(path: Path, modules: Path | None) -> Kernel:
    image = kernel_image.read(path)
    if modules is not None and not modules.is_dir():
        raise Trouble(f"{modules}: no such folder")
    config = config_of(path, image)
    listing = sorted((str(file.relative_to(modules)), file.stat().st_size, file.stat().st_mtime_ns)
                     for file in modules.rglob("*.ko*")) if modules is not None else []
    beside = [path.parent, *path.resolve().parents[2:4]]  # of …/arch/arm64/boot/Image: the tree
    system_map, vmlinux = (next((folder / name for folder in beside if (folder / name).is_file()), None)
                           for name in ("System.map", "vmlinux"))
    key = cache.digest(FORMAT, image, config, modules, listing, system_map, vmlinux)
    version = kernel_image.banner(image)
    name = re.sub(r"[^\w.+-]", "-", path.name)

    def make(into: Path) -> None:
        fill(into, image, config, modules, {"name": str(path), "version": version}, system_map,
             vmlinux)

    return Kernel(name, cache.entry("kernel-own", key, make), version, known=False)


def _variant(variant: Variant) -> Kernel:
    source = kbuild.source_version()
    key = cache.digest(FORMAT, source, content(variant), fragment(variant.debug))
    version = f"{kbuild.PACKAGE} {source}"
    objects = kbuild.flavour_dir(source, variant.debug)

    def make(into: Path) -> None:
        built = kbuild.variant(variant, source)
        fill(into, kernel_image.read(built.image), built.config, None,
              {"name": variant.name, "version": version})

    folder = cache.entry(f"kernel/{variant.name}", f"{FORMAT}-{key}", make)
    if not kbuild.is_prepared(objects):
        kbuild.variant(variant, source)  # somebody has cleaned up: modules need it
    return Kernel(variant.name, folder, version, build_dir=objects)


def tree(path: Path) -> Kernel:
    """A source tree of the user's, built as it stands."""
    own = kbuild.own_tree(path)
    with cache.lock(own.objects.name):
        config = kbuild.configure(own)
        try:
            check_options(own.name, parse_config(config))
        except Trouble as trouble:
            raise Trouble(str(trouble), TREE) from None
        built = kbuild.build(own, config)
        image = kernel_image.read(built.image)
    version = kernel_image.banner(image)
    name = re.sub(r"[^\w.+-]", "-", own.source.name)

    def make(into: Path) -> None:
        fill(into, image, config, None, {"name": str(own.source), "version": version})

    folder = cache.entry("kernel-own", cache.digest(FORMAT, image, config), make)
    return Kernel(name, folder, version, known=False, build_dir=built.build_dir)


def is_known(name: str) -> bool:
    return name in KNOWN


def check_name(name: str) -> None:
    """Raises Trouble if no kernel can be had by this name, before anything is fetched."""
    if name not in KNOWN and "/" not in name and not Path(name).is_file():
        listed = ", ".join(one for one in KNOWN if not one.endswith(DEBUG))
        raise Trouble(f"unknown kernel '{name}'; known: {listed}, or the path of an Image")


def get(name: str, modules: Path | None = None) -> Kernel:
    """A known kernel by its name, or an Image by its path."""
    check_name(name)
    if name not in KNOWN:
        return _own(Path(name), modules)
    if modules is not None:
        raise Trouble(f"--modules goes with an Image of your own; {name} brings what it needs")
    known = KNOWN[name]
    return _variant(known) if isinstance(known, Variant) else _open(name, _fetch(known))
