#!/bin/sh
# Usage: new_module.sh FAMILY NAME: modules/FAMILY/NAME from the template, ready to build and test.
set -eu
cd "$(dirname "$0")/.."
family=${1:?family, for example sem}
name=${2:?name, for example pores}
for word in "$family" "$name"; do
  case $word in
    [a-z]*) ;;
    *) echo "new_module: '$word' must start with a small letter" >&2; exit 2 ;;
  esac
  case $word in
    *[!a-z0-9_]*) echo "new_module: '$word' may hold small letters, digits and _ only" >&2; exit 2 ;;
  esac
done
folder=modules/$family/$name
if [ -e "$folder" ]; then
  echo "new_module: $folder exists" >&2
  exit 2
fi
mkdir -p "modules/$family"
cp -r modules/_template "$folder"
mv "$folder/NAME_test.cpp" "$folder/${name}_test.cpp"
type_name=$(echo "$name" | sed -E 's/(^|_)([a-z0-9])/\U\2/g')
sed -i "s/TYPE/$type_name/g; s/FAMILY/$family/g; s/NAME/$name/g" "$folder"/*
clang-format -i "$folder"/*pp
echo "$folder: now make it yours; then cmake --build --preset dev --target test_${family}_$name"
