package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.ObjectSums.GivenChecksum;
import io.trivet.gateway.checksum.ChecksumAlgorithm;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What objects are, and their bytes. */
final class ObjectReads {
    private static final int COPY_BYTES = 128 << 10;
    private static final String DEFAULT_TYPE = "binary/octet-stream";

    private static final int MAX_PARTS = 1000;

    /** An object that is replaced while it is opened is opened again so often. */
    private static final int MAX_TRIES = 5;

    /** Headers of the answer that a signed request may choose. */
    private static final Map<String, String> OVERRIDES = Map.of(
            "response-content-type", "Content-Type",
            "response-content-language", "Content-Language",
            "response-expires", "Expires",
            "response-cache-control", "Cache-Control",
            "response-content-disposition", "Content-Disposition",
            "response-content-encoding", "Content-Encoding");

    private final OpenReads open;

    ObjectReads(OpenReads open) {
        this.open = open;
    }

    void head(Exchange exchange, Place place) {
        StoredEntry found = place.require(exchange.client());
        switch (found.entry()) {
            case NameEntry.Directory directory -> directory(exchange, directory);
            case NameEntry.Recorded file -> {
                Optional<ByteRange> range = describe(exchange, found, file.record());
                begin(exchange, file.record(), range);
            }
        }
    }

    void get(Exchange exchange, Place place) throws IOException {
        TrivetClient client = exchange.client();
        if (place.key().isDirectory()) {
            directory(exchange, (NameEntry.Directory) place.require(client).entry());
            return;
        }
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            try (OpenReads.Reading reading = open.open(client, place.path())) {
                FileRecord record = reading.input().record();
                StoredEntry found = place.require(client);
                if (found.entry() instanceof NameEntry.File file
                        && file.record().id().equals(record.id())) {
                    send(exchange, reading, found, record);
                    return;
                }
            } catch (TrivetException e) {
                throw place.missing(e, client);
            }
        }
        throw new S3Exception(S3Error.SERVICE_UNAVAILABLE, "The object is being replaced all the time. Try again.");
    }

    private static void send(Exchange exchange, OpenReads.Reading reading, StoredEntry found, FileRecord record)
            throws IOException {
        Optional<ByteRange> range = describe(exchange, found, record);
        begin(exchange, record, range);
        ByteRange wanted = range.orElse(new ByteRange(0, record.size()));
        InputStream bytes = reading.stream(wanted.from(), wanted.length());
        OutputStream out = exchange.stream();
        byte[] buffer = new byte[COPY_BYTES];
        for (int some = bytes.read(buffer); some >= 0; some = bytes.read(buffer)) {
            out.write(buffer, 0, some);
        }
        out.close(); // only here: what fails before is told, or cut off where the answer has begun
    }

    private static void directory(Exchange exchange, NameEntry.Directory directory) {
        Conditions.of(exchange.head()).requireForRead(EntityTag.ofDirectory(), directory.modified());
        exchange.with("ETag", EntityTag.ofDirectory())
                .with("Last-Modified", http(directory.modified()))
                .with("Content-Type", "application/x-directory")
                .empty(200);
    }

    /** Sets what is said of an object, whole or in part; conditions hold when it returns. */
    private static Optional<ByteRange> describe(Exchange exchange, StoredEntry found, FileRecord record) {
        String tag = found.tag();
        exchange.with("ETag", tag).with("Last-Modified", http(record.modified())); // also of what is not modified
        Conditions.of(exchange.head()).requireForRead(tag, record.modified());
        Optional<ObjectSums> sums = found.sums();
        boolean sameAsBefore = exchange.header("if-range")
                .filter(condition -> !EntityTag.matches(condition, tag))
                .isEmpty();
        Optional<ByteRange> asked =
                sameAsBefore ? ByteRange.parse(exchange.header("range"), record.size()) : Optional.empty();
        Optional<String> part = exchange.query().value("partNumber");
        Optional<ByteRange> range = part.isPresent() ? part(part.get(), asked, sums, record) : asked;
        exchange.with("Accept-Ranges", "bytes").with("Content-Type", DEFAULT_TYPE);
        ObjectMetadata.show(found.attributes(), exchange);
        time(exchange, found, record);
        ObjectTags.show(found.attributes(), exchange);
        if (range.isEmpty() && exchange.header("x-amz-checksum-mode").isPresent()) {
            checksum(sums, record)
                    .ifPresent(sum -> exchange.with(sum.algorithm().header(), sum.value())
                            .with("x-amz-checksum-type", sum.type()));
        }
        part.ifPresent(_ -> exchange.with(
                "x-amz-mp-parts-count",
                Integer.toString(sums.map(ObjectSums::parts).orElse(1))));
        OVERRIDES.forEach((parameter, header) ->
                exchange.query().value(parameter).ifPresent(value -> exchange.with(header, requireHeader(value))));
        range.ifPresent(some -> exchange.with("Content-Range", some.header(record.size())));
        return range;
    }

    /**
     * The time of the file, where the object came with one, or by another way; an object that came
     * without metadata has none.
     */
    private static void time(Exchange exchange, StoredEntry found, FileRecord record) {
        Optional<String> given = found.attributes().text(ModifiedTime.HEADER);
        boolean isAsGiven = given.flatMap(ModifiedTime::parse)
                .map(record.modified()::equals)
                .orElse(given.isPresent() || found.sums().isPresent());
        if (!isAsGiven) {
            exchange.with(ModifiedTime.HEADER, ModifiedTime.text(record.modified()));
        }
    }

    /** Where a part lies that a request asks for; empty for the whole. */
    private static Optional<ByteRange> part(
            String text, Optional<ByteRange> asked, Optional<ObjectSums> sums, FileRecord record) {
        if (asked.isPresent()) {
            throw new S3Exception(
                    S3Error.INVALID_REQUEST, "Cannot specify both Range header and partNumber query parameter");
        }
        int parts = sums.map(ObjectSums::parts).orElse(1);
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException _) {
            number = 0;
        }
        if (number < 1 || number > parts) {
            throw new S3Exception(S3Error.INVALID_PART_NUMBER, "The requested partnumber is not satisfiable");
        }
        if (parts == 1) {
            return Optional.empty();
        }
        long bytes = sums.flatMap(ObjectSums::partBytes)
                .orElseThrow(() -> new S3Exception(
                        S3Error.NOT_IMPLEMENTED, "The parts of this object had several lengths, which are not kept."));
        long from = (number - 1) * bytes;
        return Optional.of(new ByteRange(from, Math.min(bytes, record.size() - from)));
    }

    /** The one that the client gave, or the one of the record. */
    private static Optional<GivenChecksum> checksum(Optional<ObjectSums> sums, FileRecord record) {
        Optional<GivenChecksum> given = sums.flatMap(ObjectSums::checksum);
        return given.isPresent() || !record.hasSums()
                ? given
                : Optional.of(new GivenChecksum(ChecksumAlgorithm.CRC32C, crc32c(record)));
    }

    private static void begin(Exchange exchange, FileRecord record, Optional<ByteRange> range) {
        exchange.begin(
                range.isPresent() ? 206 : 200, range.map(ByteRange::length).orElse(record.size()));
    }

    private static String requireHeader(String value) {
        if (!value.chars().allMatch(c -> c >= ' ' && c != 0x7f && c <= 0xff)) {
            throw new S3Exception(S3Error.INVALID_ARGUMENT, "A header that the query asks for cannot be sent.");
        }
        return value;
    }

    private static String crc32c(FileRecord record) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(record.crc32c())
                        .array());
    }

    static String http(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }

    /** How many parts there are, and where one length was kept, those after a marker. */
    private static void parts(Exchange exchange, ObjectSums sums, StoredEntry found, XmlDocument document) {
        int marker = number(exchange, "x-amz-part-number-marker", 0);
        int max = Math.min(MAX_PARTS, number(exchange, "x-amz-max-parts", MAX_PARTS));
        document.element("PartsCount", sums.parts());
        sums.partBytes().ifPresent(bytes -> {
            int last = (int) Math.min(sums.parts(), (long) marker + max);
            document.element("PartNumberMarker", marker)
                    .element("NextPartNumberMarker", Math.max(marker, last))
                    .element("MaxParts", max)
                    .element("IsTruncated", last < sums.parts());
            for (int number = marker + 1; number <= last; number++) {
                int shown = number;
                long length = Math.min(bytes, found.size() - (number - 1) * bytes);
                document.element(
                        "Part", part -> part.element("PartNumber", shown).element("Size", length));
            }
        });
    }

    private static int number(Exchange exchange, String header, int otherwise) {
        try {
            int number = exchange.header(header).map(Integer::parseInt).orElse(otherwise);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // as if it were negative
        }
        throw new S3Exception(S3Error.INVALID_ARGUMENT, "The header " + header + " must be an integer of 0 or more.");
    }

    /** {@code GetObjectAttributes}. */
    void attributes(Exchange exchange, Place place) throws IOException {
        StoredEntry found = place.require(exchange.client());
        NameEntry entry = found.entry();
        Set<String> wanted = exchange.head().headers().getOrDefault("x-amz-object-attributes", List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .collect(Collectors.toSet());
        if (wanted.isEmpty()) {
            throw new S3Exception(S3Error.INVALID_ARGUMENT, "The header x-amz-object-attributes is missing.");
        }
        exchange.with("Last-Modified", http(found.modified()));
        exchange.document(XmlDocument.of("GetObjectAttributesResponse", document -> {
            if (wanted.contains("ETag")) {
                document.element("ETag", found.tag().replace("\"", ""));
            }
            if (wanted.contains("Checksum") && entry instanceof NameEntry.File file) {
                checksum(found.sums(), file.record())
                        .ifPresent(known -> document.element(
                                "Checksum",
                                sum -> sum.element("Checksum" + known.algorithm(), known.value())
                                        .element("ChecksumType", known.type())));
            }
            if (wanted.contains("ObjectParts")) {
                found.sums()
                        .filter(sums -> sums.etag().contains("-"))
                        .ifPresent(sums ->
                                document.element("ObjectParts", counted -> parts(exchange, sums, found, counted)));
            }
            if (wanted.contains("StorageClass")) {
                document.element("StorageClass", "STANDARD");
            }
            if (wanted.contains("ObjectSize")) {
                document.element("ObjectSize", found.size());
            }
        }));
    }
}
