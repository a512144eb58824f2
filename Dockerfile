# Two images from one build: `docker build --target operator .` and `docker build --target emulator .`.
FROM golang:1.26 AS build
WORKDIR /src
# The modules are a layer of their own, so a change of code does not fetch them again.
COPY go.mod go.sum ./
RUN go mod download
COPY api api
COPY cmd cmd
COPY internal internal
# Static, without cgo: the images below have no C library. minicore_disabled leaves the driver's native telemetry out.
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -tags minicore_disabled -ldflags "-s -w -X main.release=$VERSION" -o /out/ ./cmd/...

FROM gcr.io/distroless/static:nonroot AS emulator
COPY --from=build /out/snowflake-emulator /snowflake-emulator
USER 65532:65532
ENTRYPOINT ["/snowflake-emulator"]

FROM gcr.io/distroless/static:nonroot AS operator
COPY --from=build /out/operator /operator
USER 65532:65532
ENTRYPOINT ["/operator"]
