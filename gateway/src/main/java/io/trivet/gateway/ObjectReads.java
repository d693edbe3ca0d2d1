package io.trivet.gateway;

import io.trivet.client.FileAttributes;
import io.trivet.client.TrivetClient;
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
        switch (place.require(exchange.client())) {
            case NameEntry.Directory directory -> directory(exchange, directory);
            case NameEntry.Recorded file -> {
                Optional<ByteRange> range = describe(exchange, place, file.record());
                begin(exchange, file.record(), range);
            }
        }
    }

    void get(Exchange exchange, Place place) throws IOException {
        TrivetClient client = exchange.client();
        if (place.key().isDirectory()) {
            directory(exchange, (NameEntry.Directory) place.require(client));
            return;
        }
        try (OpenReads.Reading reading = open.open(client, place.path())) {
            FileRecord record = reading.input().record();
            Optional<ByteRange> range = describe(exchange, place, record);
            begin(exchange, record, range);
            ByteRange wanted = range.orElse(new ByteRange(0, record.size()));
            InputStream bytes = reading.stream(wanted.from(), wanted.length());
            OutputStream out = exchange.stream();
            byte[] buffer = new byte[COPY_BYTES];
            for (int some = bytes.read(buffer); some >= 0; some = bytes.read(buffer)) {
                out.write(buffer, 0, some);
            }
            out.close(); // only here: what fails before is told, or cut off where the answer has begun
        } catch (TrivetException e) {
            throw place.missing(e, client);
        }
    }

    private static void directory(Exchange exchange, NameEntry.Directory directory) {
        Conditions.of(exchange.head()).requireForRead(EntityTag.ofDirectory(), directory.modified());
        exchange.with("ETag", EntityTag.ofDirectory())
                .with("Last-Modified", http(directory.modified()))
                .with("Content-Type", "application/x-directory")
                .empty(200);
    }

    /** Sets what is said of an object, whole or in part; conditions hold when it returns. */
    private static Optional<ByteRange> describe(Exchange exchange, Place place, FileRecord record) {
        String tag = EntityTag.of(record);
        exchange.with("ETag", tag).with("Last-Modified", http(record.modified())); // also of what is not modified
        Conditions.of(exchange.head()).requireForRead(tag, record.modified());
        Optional<String> part = exchange.query().value("partNumber");
        if (part.filter(number -> !number.equals("1")).isPresent()) {
            throw new S3Exception(S3Error.INVALID_PART, "The object has one part, number 1.");
        }
        boolean sameAsBefore = exchange.header("if-range")
                .filter(condition -> !EntityTag.matches(condition, tag))
                .isEmpty();
        Optional<ByteRange> range =
                sameAsBefore ? ByteRange.parse(exchange.header("range"), record.size()) : Optional.empty();
        exchange.with("Accept-Ranges", "bytes")
                .with("Content-Type", DEFAULT_TYPE)
                .with(ModifiedTime.HEADER, ModifiedTime.text(record.modified()));
        metadata(exchange, place, record);
        if (range.isEmpty()
                && record.hasSums()
                && exchange.header("x-amz-checksum-mode").isPresent()) {
            exchange.with("x-amz-checksum-crc32c", crc32c(record)).with("x-amz-checksum-type", "FULL_OBJECT");
        }
        part.ifPresent(_ -> exchange.with("x-amz-mp-parts-count", "1"));
        OVERRIDES.forEach((parameter, header) ->
                exchange.query().value(parameter).ifPresent(value -> exchange.with(header, requireHeader(value))));
        range.ifPresent(some -> exchange.with("Content-Range", some.header(record.size())));
        return range;
    }

    /** Of this content: where it was replaced this moment, nothing is said rather than what is wrong. */
    private static void metadata(Exchange exchange, Place place, FileRecord record) {
        FileAttributes now = exchange.client().attributes(place.path());
        if (now.record().id().equals(record.id())) {
            ObjectMetadata.show(now.attributes(), exchange);
        }
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

    /** {@code GetObjectAttributes}. */
    void attributes(Exchange exchange, Place place) throws IOException {
        NameEntry entry = place.require(exchange.client());
        Set<String> wanted = exchange.head().headers().getOrDefault("x-amz-object-attributes", List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .collect(Collectors.toSet());
        if (wanted.isEmpty()) {
            throw new S3Exception(S3Error.INVALID_ARGUMENT, "The header x-amz-object-attributes is missing.");
        }
        Instant modified = switch (entry) {
            case NameEntry.Recorded file -> file.record().modified();
            case NameEntry.Directory directory -> directory.modified();
        };
        exchange.with("Last-Modified", http(modified));
        exchange.document(XmlDocument.of("GetObjectAttributesResponse", document -> {
            if (wanted.contains("ETag")) {
                document.element("ETag", Place.tag(entry).replace("\"", ""));
            }
            if (wanted.contains("Checksum")
                    && entry instanceof NameEntry.File file
                    && file.record().hasSums()) {
                document.element(
                        "Checksum",
                        sum -> sum.element("ChecksumCRC32C", crc32c(file.record()))
                                .element("ChecksumType", "FULL_OBJECT"));
            }
            if (wanted.contains("StorageClass")) {
                document.element("StorageClass", "STANDARD");
            }
            if (wanted.contains("ObjectSize")) {
                document.element(
                        "ObjectSize",
                        entry instanceof NameEntry.File file ? file.record().size() : 0L);
            }
        }));
    }
}
