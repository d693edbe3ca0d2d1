package io.trivet.gateway;

import io.trivet.gateway.ObjectSums.GivenChecksum;
import io.trivet.gateway.checksum.ChecksumAlgorithm;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.xml.XmlElement;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What follows for an object from the checksums of its parts. */
final class PartSums {
    /** The attribute of an upload under way that says which kind of checksum the object is to have. */
    static final String TYPE = "trivet.s3-checksum-type";

    private static final String HEADER = "x-amz-checksum-type";
    private static final String COMPOSITE = "COMPOSITE";
    private static final String FULL_OBJECT = "FULL_OBJECT";

    private final List<UploadPart> parts;

    /** The algorithm of a checksum that all parts have. */
    private final Optional<ChecksumAlgorithm> algorithm;

    PartSums(List<UploadPart> parts) {
        this.parts = List.copyOf(parts);
        Optional<ChecksumAlgorithm> first = parts.getFirst().checksum().map(GivenChecksum::algorithm);
        this.algorithm = first.filter(one -> parts.stream()
                .allMatch(part ->
                        part.checksum().filter(sum -> sum.algorithm() == one).isPresent()));
    }

    /** The MD5 of the parts' MD5s with their number; empty if an earlier release stored a part. */
    Optional<String> etag() {
        var digest = Md5Input.digest();
        for (UploadPart part : parts) {
            String plain = part.tag().replace("\"", "");
            if (plain.contains("-")) {
                return Optional.empty();
            }
            digest.update(HexFormat.of().parseHex(plain));
        }
        return Optional.of(HexFormat.of().formatHex(digest.digest()) + "-" + parts.size());
    }

    /** The length of all parts but the last, which may be shorter; empty if they differ. */
    Optional<Long> partBytes() {
        long first = parts.getFirst().size();
        for (UploadPart part : parts.subList(0, parts.size() - 1)) {
            if (part.size() != first) {
                return Optional.empty();
            }
        }
        return parts.getLast().size() <= first ? Optional.of(first) : Optional.empty();
    }

    /**
     * The kind of checksum of an upload that begins: what the request says, or the usual one. Throws
     * {@code InvalidRequest} for one of the whole that does not follow from those of parts, and for
     * one of parts that S3 does not have.
     */
    static String type(ChecksumAlgorithm algorithm, Exchange exchange) {
        String type =
                exchange.header(HEADER).orElse(algorithm == ChecksumAlgorithm.CRC64NVME ? FULL_OBJECT : COMPOSITE);
        boolean possible = switch (type) {
            case FULL_OBJECT -> algorithm.isCrc();
            case COMPOSITE -> algorithm != ChecksumAlgorithm.CRC64NVME;
            default -> false;
        };
        if (!possible) {
            throw new S3Exception(
                    S3Error.INVALID_REQUEST,
                    "The " + type + " checksum type cannot be used with the " + algorithm + " checksum algorithm.");
        }
        return type;
    }

    /** What the object keeps; of the kind that the request or the upload asks for, if the parts allow it. */
    Optional<GivenChecksum> checksum(Exchange exchange, Optional<String> begun) {
        return algorithm.map(known -> {
            boolean whole = exchange.header(HEADER)
                    .or(() -> begun)
                    .map(FULL_OBJECT::equals)
                    .orElse(known == ChecksumAlgorithm.CRC64NVME);
            return whole && known.isCrc() ? ofWhole(known) : ofParts(known);
        });
    }

    private GivenChecksum ofWhole(ChecksumAlgorithm known) {
        byte[] value = value(parts.getFirst());
        for (UploadPart part : parts.subList(1, parts.size())) {
            value = known.combine(value, value(part), part.size());
        }
        return new GivenChecksum(known, Base64.getEncoder().encodeToString(value));
    }

    private GivenChecksum ofParts(ChecksumAlgorithm known) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(part -> all.writeBytes(value(part)));
        return new GivenChecksum(
                known, Base64.getEncoder().encodeToString(known.of(all.toByteArray())) + "-" + parts.size());
    }

    private static byte[] value(UploadPart part) {
        return Base64.getDecoder().decode(part.checksum().orElseThrow().value());
    }

    /**
     * The checksums of the whole that a request gives and that do not follow from those of the parts,
     * so that the bytes have to be read. Throws {@code BadDigest} for one that follows and differs.
     */
    Map<ChecksumAlgorithm, String> unproven(Exchange exchange) {
        boolean composite = exchange.header(HEADER).filter(COMPOSITE::equals).isPresent();
        Map<ChecksumAlgorithm, String> unproven = new EnumMap<>(ChecksumAlgorithm.class);
        for (ChecksumAlgorithm each : ChecksumAlgorithm.values()) {
            Optional<String> given = exchange.header(each.header());
            if (given.isEmpty()) {
                continue;
            }
            boolean ofParts = composite || given.get().contains("-");
            boolean known = algorithm.filter(each::equals).isPresent();
            if (known && (ofParts || each.isCrc())) {
                require(each, given.get(), ofParts ? ofParts(each) : ofWhole(each));
            } else if (!ofParts) {
                unproven.put(each, given.get());
            }
        }
        return unproven;
    }

    private static void require(ChecksumAlgorithm algorithm, String given, GivenChecksum found) {
        if (!plain(given).equals(plain(found.value()))) {
            throw new S3Exception(
                    S3Error.BAD_DIGEST,
                    "The " + algorithm.header() + " that was given does not match what was received.");
        }
    }

    private static String plain(String value) {
        int dash = value.indexOf('-');
        return dash < 0 ? value : value.substring(0, dash);
    }

    /** Whether the checksums that a request names for a part are its own, as far as they are known. */
    static boolean agree(XmlElement named, UploadPart part) {
        return part.checksum()
                .flatMap(sum -> named.value("Checksum" + sum.algorithm())
                        .map(value -> value.strip().equals(sum.value())))
                .orElse(true);
    }
}
