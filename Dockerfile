# syntax=docker/dockerfile:1
# The one image: coordinator, worker and web are roles of the same program.
#   docker build -t fleet:dev .
#   docker run --rm --read-only --tmpfs /tmp --network host -v fleet-data:/data fleet:dev
# The API listens on loopback unless told otherwise; behind something that encrypts:
#   docker run --rm --read-only --tmpfs /tmp -p 7070:7070 -e Fleet__Listen=http://0.0.0.0:7070 -e Fleet__Access__AllowRemote=true -v fleet-data:/data fleet:dev
# For another kind of machine: docker buildx build --platform linux/arm64 … (it is made here all the same, nothing is emulated).
# Both bases are named by their version; who wants the same bytes next year gives digests: --build-arg SDK=…@sha256:… --build-arg BASE=…@sha256:…
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG BASE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

FROM --platform=$BUILDPLATFORM ${SDK} AS build
ARG TARGETARCH=amd64
ARG SOURCE_DATE_EPOCH=0
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY eng/ eng/
COPY contracts/ contracts/
COPY src/ src/
# As eng/publish makes it; packages are those of the lock files, or none.
RUN CI=true ./eng/publish --app /app "linux-$([ "$TARGETARCH" = amd64 ] && echo x64 || echo "$TARGETARCH")"
RUN mkdir /data

# No shell, no package manager, nobody's home: the C library, certificates and the program.
FROM ${BASE}
WORKDIR /app
COPY --from=build /app /app
COPY --from=build --chown=1654:1654 /data /data
# The base's own unprivileged user, by number: a cluster can check it.
USER 1654:1654
VOLUME /data
EXPOSE 7070
ENV Fleet__Data=/data \
    DOTNET_EnableDiagnostics=0
HEALTHCHECK --start-period=60s --interval=15s --timeout=10s CMD ["/app/fleet", "health"]
ENTRYPOINT ["/app/fleet"]
CMD ["serve"]
