# pip install keras tensorflow; the zip is unpacked into the folder "pictures"
import keras

pictures = keras.utils.image_dataset_from_directory("pictures", image_size=(224, 224))
print(pictures.class_names)
