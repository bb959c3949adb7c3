#!/bin/bash
# Builds the guest kernel, an ordinary program, from Debian's package of the Linux source: build-kernel.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
package=${P1LORA_KERNEL_SOURCE:-linux-source-6.12}
mkdir -p "$folder"
made_from() { cat "$here/build-kernel.sh" "$here/kernel.config"; }
[ -x "$folder/linux" ] && made_from | cmp -s - "$folder/made-from" && exit 0

work=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download "$package"
echo "unpacking $package" >&2
dpkg --fsys-tarfile "$package"_*.deb | tar xO --wildcards "*/$package.tar.xz" \
    | tar xJ --exclude='*/drivers/gpu/*.[ch]' --exclude='*/drivers/net/*/*.[ch]' --exclude='*/sound/*.[ch]'
cd "$package"

change() {  # change FILE TEXT SED...: TEXT is what FILE must hold afterwards
    sed -i -E "${@:3}" "$1"
    grep -qF "$2" "$1" || {
        echo "$package is not laid out as expected: adapt the change of $1 in $0" >&2
        exit 1
    }
}
# User-Mode Linux hands out all its interrupt numbers to its own devices: gpio-sim needs some for its edges.
change arch/um/include/asm/irq.h 'SIGNAL_IRQ + 32' 's/^(#define NR_IRQS\s+)UM_LAST_SIGNAL_IRQ$/\1(UM_LAST_SIGNAL_IRQ + 32)/'
# The edges of gpio-sim would come at the next tick: they come at once, as those of a chip.
change drivers/gpio/gpio-sim.c 'irq_work_run' -e 's/^#include <linux.irq_sim.h>/&\n#include <linux\/irq_work.h>/' \
    -e '/^static ssize_t gpio_sim_sysfs_pull_store/,/^}/s/^(\s+)return len;/\1scoped_guard(irqsave) {\n\1\tirq_enter();\n\1\tirq_work_run();\n\1\tirq_exit();\n\1}\n&/'
# Two runs are to be the same, so the guest's randomness is not the host's.
change arch/um/os-Linux/util.c 'memset(buf' 's/return getrandom\(buf, len, flags\);/memset(buf, 0x5a, len);\n\treturn len;/'

echo "compiling it, about two minutes" >&2
make -s ARCH=um KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig > /dev/null
if grep '^CONFIG' "$here/kernel.config" | grep -vxFf .config >&2; then
    echo "$package does not take these lines of kernel.config" >&2
    exit 1
fi
make -s ARCH=um -j"$(nproc)" linux > "$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
strip -o "$folder/linux" linux
made_from > "$folder/made-from"
