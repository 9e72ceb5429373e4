import { flashHere } from '../../tools/moddable/flash.mjs';
import { SdkError } from '../../tools/moddable/sdk.mjs';

/**
 * The flash that an app on an ESP32 pays, as linked: measured where there is an SDK (MODDABLE), as recorded in flash.json where
 * there is none, or `{ reason }` if it could not be measured.
 */
export async function flashOrReason() {
  try {
    return await flashHere();
  } catch (error) {
    if (!(error instanceof SdkError)) throw error;
    return { reason: error.message };
  }
}
