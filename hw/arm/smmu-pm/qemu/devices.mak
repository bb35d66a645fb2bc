# SPDX-License-Identifier: GPL-2.0-or-later
#
# What ./smmu-pm has QEMU build (configure --with-devices-aarch64=smmu-pm): our machine, virt, which it
# is made of, and what one may want to plug in. All of QEMU's other boards would be half as much again.
CONFIG_ARM_VIRT=y
CONFIG_MSM8996_GFX=y

CONFIG_GENERIC_LOADER=y
CONFIG_TEST_DEVICES=y
CONFIG_EDU=y
CONFIG_PCI_TESTDEV=y
CONFIG_PCIE_PORT=y
CONFIG_VIRTIO_PCI=y
CONFIG_VIRTIO_BALLOON=y
CONFIG_VIRTIO_BLK=y
CONFIG_VIRTIO_GPU=y
CONFIG_VIRTIO_INPUT=y
CONFIG_VIRTIO_IOMMU=y
CONFIG_VIRTIO_NET=y
CONFIG_VIRTIO_RNG=y
CONFIG_VIRTIO_SCSI=y
CONFIG_VIRTIO_SERIAL=y
