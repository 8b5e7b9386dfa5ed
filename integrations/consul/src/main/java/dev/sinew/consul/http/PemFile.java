// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.http;

import dev.sinew.Expect;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys in PEM files (RFC 7468).
 *
 * <p>Java reads PKCS#8 keys only. The older forms, PKCS#1 for RSA (RFC 8017) and SEC 1 for elliptic
 * curves (RFC 5915, which {@code consul tls} writes), are the inner part of it and get their frame here.
 */
final class PemFile {
  private static final int LARGEST = 1024 * 1024;
  private static final Pattern BLOCK = Pattern.compile(
      "-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
  // SEQUENCE { rsaEncryption, NULL }
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  // id-ecPublicKey
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
  // The parameters of a SEC 1 key are a curve's name: [0] { OBJECT IDENTIFIER }
  private static final int PARAMETERS = 0xa0;
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;

  private PemFile() {}

  static List<Certificate> certificates(String name, String file) {
    try {
      List<Certificate> all = List.copyOf(CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(read(file))));
      Expect.that(!all.isEmpty(), name, file, "a file of PEM certificates");
      return all;
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(
          Expect.message(name, file, "a readable file of PEM certificates"), e);
    }
  }

  /** The first private key of a file; nothing of it appears in errors. */
  static PrivateKey key(String name, String file) {
    String constraint = "a readable file with an unencrypted PEM private key, RSA or EC";
    try {
      Matcher block = BLOCK.matcher(new String(read(file), StandardCharsets.US_ASCII));
      Expect.that(block.find(), name, file, constraint);
      byte[] der = Base64.getMimeDecoder().decode(block.group(2));
      return switch (block.group(1)) {
        case "RSA PRIVATE KEY" -> generate(framed(RSA, der), "RSA");
        case "EC PRIVATE KEY" -> generate(framedCurve(der), "EC");
        default -> ofEitherKind(der);
      };
    } catch (IOException | GeneralSecurityException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(Expect.message(name, file, constraint));
    }
  }

  private static PrivateKey ofEitherKind(byte[] der) throws GeneralSecurityException {
    try {
      return generate(der, "EC");
    } catch (InvalidKeySpecException e) {
      return generate(der, "RSA");
    }
  }

  private static PrivateKey generate(byte[] der, String kind) throws GeneralSecurityException {
    return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static byte[] framed(byte[] algorithm, byte[] key) {
    return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTETS, key));
  }

  /** PKCS#8 has the curve in its frame, and Java bears nothing beside version and key within. */
  private static byte[] framedCurve(byte[] der) throws InvalidKeySpecException {
    int begin = content(der, 0);
    int octets = content(der, begin) + length(der, begin);
    int end = content(der, octets) + length(der, octets);
    if ((der[end] & 0xff) != PARAMETERS) {
      throw new InvalidKeySpecException("no curve");
    }
    int curve = content(der, end);
    byte[] name = Arrays.copyOfRange(der, curve, curve + length(der, end));
    byte[] key = tagged(SEQUENCE, Arrays.copyOfRange(der, begin, end));
    return framed(tagged(SEQUENCE, EC, name), key);
  }

  /** Where the content of the value at a place begins. */
  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 128 ? 0 : first - 128);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 128) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < Math.min(2, first - 128); i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] tagged(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    int size = content.size();
    if (size < 128) {
      whole.write(size);
    } else {
      // Two bytes of length, which a file of 1 MiB at most could exceed, but no key does.
      whole.write(0x82);
      whole.write(size >> 8);
      whole.write(size);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new IOException("larger than 1 MiB");
      }
      return bytes;
    }
  }
}
