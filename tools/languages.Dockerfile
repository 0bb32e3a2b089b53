# The image that a container engine runs programs of rooms in (--run-engine, --run-images):
#   podman build -t coterie-languages -f tools/languages.Dockerfile
#   podman build -t coterie-languages -f tools/languages.Dockerfile --build-arg PACKAGES="python3 gcc libc6-dev"
# Made and tried with podman 4.3 (17 languages greet; 2.4 GB). `coterie languages` names the packages of each language.
ARG BASE=docker.io/library/debian:12
FROM ${BASE}
ARG PACKAGES="python3 nodejs esbuild gcc g++ libc6-dev openjdk-17-jdk-headless golang-go rustc perl ruby php-cli lua5.4 bash sqlite3 gawk bc jq"
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $PACKAGES \
 && rm -rf /var/lib/apt/lists/*
