#!/bin/bash
# Builds the guest kernel, an ordinary program, from Debian's package of the Linux source: build-kernel.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
package=${P1LORA_KERNEL_SOURCE:-linux-source-6.12}
mkdir -p "$folder"
[ -x "$folder/linux" ] && cmp -s "$here/kernel.config" "$folder/kernel.config" && exit 0

work=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download "$package"
echo "unpacking $package" >&2
dpkg --fsys-tarfile "$package"_*.deb | tar xO --wildcards "*/$package.tar.xz" \
    | tar xJ --exclude='*/drivers/gpu/*.[ch]' --exclude='*/drivers/net/*/*.[ch]' --exclude='*/sound/*.[ch]'
cd "$package"

# User-Mode Linux hands out all its interrupt numbers to its own devices: gpio-sim needs some for its edges.
sed -i -E 's/^(#define NR_IRQS\s+)UM_LAST_SIGNAL_IRQ$/\1(UM_LAST_SIGNAL_IRQ + 32)/' arch/um/include/asm/irq.h
# The edges of gpio-sim come at the next tick: 1 ms is near enough to the truth, 10 ms is not.
sed -i '/^config HZ$/,/default/s/default 100$/default 1000/' arch/um/Kconfig
grep -q 'SIGNAL_IRQ + 32' arch/um/include/asm/irq.h && grep -q 'default 1000$' arch/um/Kconfig || {
    echo "$package is not laid out as expected: adapt the two changes in $0" >&2
    exit 1
}

echo "compiling it, about two minutes" >&2
make -s ARCH=um KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig > /dev/null
make -s ARCH=um -j"$(nproc)" linux > "$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
strip -o "$folder/linux" linux
cp "$here/kernel.config" "$folder/kernel.config"
