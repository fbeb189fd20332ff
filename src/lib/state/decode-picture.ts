// The one way in which pictures from outside are decoded: their size is looked at first, because decoding cannot be stopped.

import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { looksLikeVideo } from '#lib/exchange/file-kind.ts';
import { pictureProblem } from '#lib/exchange/picture-set.ts';
import { badFile, zipLimits } from '#lib/exchange/zip.ts';

const advice = 'Save it again as JPEG or PNG, at most 4000 pixels wide.';

/** The picture, turned the right way up as its EXIF says. The caller closes it. */
export async function decodePicture(
  bytes: Uint8Array,
  fileName: string,
): Promise<Result<ImageBitmap>> {
  const wrong = pictureProblem(bytes);
  if (wrong !== null) return fail(badFile(fileName, wrong, advice));
  try {
    return succeed(await createImageBitmap(new Blob([bytes.slice()])));
  } catch (error) {
    return fail({ code: 'bad-picture', fileName, detail: messageOf(error) });
  }
}

/** As `decodePicture`, of a file that was dropped, pasted or chosen. */
export async function openPicture(file: File): Promise<Result<ImageBitmap>> {
  const { name } = file;
  if (looksLikeVideo(name)) return fail(badFile(name, 'is a video.', 'Choose a picture.'));
  if (file.size > zipLimits.pictureBytes) {
    return fail(badFile(name, 'is larger than 20 MB.', advice));
  }
  try {
    return await decodePicture(new Uint8Array(await file.arrayBuffer()), name);
  } catch (error) {
    return fail(badFile(name, `cannot be read (${messageOf(error)}).`, 'Choose it again.'));
  }
}
