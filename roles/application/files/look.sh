# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# look.sh PATH...: which of these files exist, where they really are, and which folder above them root does not have for itself.
for file; do
  real=$(readlink -e -- "$file") && [ -f "$real" ] || continue
  printf 'file\t%s\t%s\n' "$file" "$real"
  folder=$real
  while [ "$folder" != / ]; do
    folder=$(dirname -- "$folder")
    # Another owner, or the right to write for a group other than root's or for all: a sticky bit does not help against renaming.
    if [ -n "$(find "$folder" -maxdepth 0 \( ! -user 0 -o -perm -o=w -o \( -perm -g=w ! -group 0 \) \))" ]; then
      printf 'open\t%s\t%s\n' "$real" "$folder"
      break
    fi
  done
done
exit 0
