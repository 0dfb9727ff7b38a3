// Part name of the picture in every form.
export const partName = 'image';
