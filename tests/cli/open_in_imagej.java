// Prints what ImageJ makes of each file that is named: of a picture its size, type, unit and mean; of a ROI set
// each region with its ends.
import ij.ImagePlus;
import ij.gui.Roi;
import ij.io.Opener;
import ij.io.RoiDecoder;
import ij.measure.Calibration;
import ij.process.FloatPolygon;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

public class OpenInImageJ {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      if (file.endsWith(".zip")) regions(file);
      else picture(file);
    }
  }

  static void picture(String file) {
    ImagePlus image = new Opener().openImage(file);
    Calibration c = image.getCalibration();
    System.out.println("picture " + image.getWidth() + " " + image.getHeight() + " " + image.getBitDepth() + " "
        + c.getUnit().replace("\u00b5m", "micron") + " " + c.pixelWidth + " " + image.getStatistics().mean);
  }

  static void regions(String file) throws Exception {
    ZipInputStream zip = new ZipInputStream(new java.io.FileInputStream(file));
    for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
      Roi roi = new RoiDecoder(zip.readAllBytes(), entry.getName()).getRoi();
      FloatPolygon p = roi.getFloatPolygon();
      int last = p.npoints - 1;
      System.out.println("roi " + roi.getName() + " " + roi.getTypeAsString() + " " + p.npoints + " " + p.xpoints[0] + " "
          + p.ypoints[0] + " " + p.xpoints[last] + " " + p.ypoints[last]);
    }
  }
}
